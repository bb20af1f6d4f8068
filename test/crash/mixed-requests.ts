import { setTimeout as pause } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Answer, HttpClient, ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { isLost } from './restarting-server.js'

const clients = 8
const objectsEach = 6
/** What a server that was killed had sent to etcd may still be done. Milliseconds. */
const afterlife = 1_500

const random = (below: number) => Math.floor(Math.random() * below)
const quantityOf = (object: Pizza) => object.spec.toppings[0]?.quantity

/**
 * Clients that create, change, delete, get and list, each its own objects, over connections that end anywhere: whatever
 * one server has answered, the next one must know.
 */
export class MixedRequests {
  /** By name; what is there by all that was answered. */
  private readonly known = new Map<string, number>()
  private sent = 0
  private total = 1

  constructor(private readonly api: HttpClient) {}

  /** The part that is done. */
  readonly done = (): number => this.sent / this.total

  expected(): ReadonlyMap<string, number> {
    return this.known
  }

  async run(count: number): Promise<void> {
    this.total = count
    const work = async (_: unknown, client: number) => {
      while (this.sent++ < count) await this.step(client)
    }
    await Promise.all(Array.from({ length: clients }, work))
  }

  private async step(client: number): Promise<void> {
    const name = `c${client}-${random(objectsEach)}`
    const dice = random(10)
    if (dice < 2) return this.list(client)
    if (dice < 5) return this.get(name)
    const there = this.known.has(name)
    const quantity = 1 + random(100)
    const answer = await this.write(name, there, there && dice === 5 ? undefined : quantity).catch(() => undefined)
    if (!answer || isLost(answer)) return this.find(name)
    expect(answer.status, answer.text).toBe(there ? 200 : 201)
    if (there && dice === 5) this.known.delete(name)
    else this.known.set(name, quantity)
  }

  private write(name: string, there: boolean, quantity: number | undefined): Promise<Answer> {
    const path = `${restaurant.pizzas()}/${name}`
    if (quantity === undefined) return this.api.delete(path)
    const toppings = [{ name: 'cheese', quantity }]
    return there
      ? this.api.patch(path, { spec: { toppings } })
      : this.api.post(restaurant.pizzas(), pizza(name, {}, toppings))
  }

  private async get(name: string): Promise<void> {
    const answer = await this.api.get(`${restaurant.pizzas()}/${name}`).catch(() => undefined)
    if (!answer || isLost(answer)) return
    const found = answer.status === 404 ? undefined : quantityOf(answer.json<Pizza>())
    expect(found, `${name}: ${answer.text}`).toBe(this.known.get(name))
  }

  private async list(client: number): Promise<void> {
    const answer = await this.api.get(restaurant.pizzas()).catch(() => undefined)
    if (!answer || isLost(answer)) return
    const own = answer.json<ListBody<Pizza>>().items.filter(({ metadata }) => metadata.name?.startsWith(`c${client}-`))
    const expected = [...this.known].filter(([name]) => name.startsWith(`c${client}-`))
    expect(new Map(own.map((object) => [object.metadata.name, quantityOf(object)]))).toEqual(new Map(expected))
  }

  /** A write was not answered: what is there now? */
  private async find(name: string): Promise<void> {
    for (;;) {
      await pause(afterlife)
      const answer = await this.api.get(`${restaurant.pizzas()}/${name}`).catch(() => undefined)
      if (answer?.status === 404) this.known.delete(name)
      else if (answer?.status === 200) this.known.set(name, quantityOf(answer.json<Pizza>()) ?? 0)
      else continue
      return
    }
  }
}
