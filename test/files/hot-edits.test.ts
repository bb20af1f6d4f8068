import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import type { HttpClient } from '../support/http.js'
import { pizzaFolder } from '../support/registry-files.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

/** Edits of each kind of editor; all 400 with CRASH_TESTS=full. */
const edits = process.env.CRASH_TESTS === 'full' ? 400 : 30

interface Controller {
  /** Costs answered with 200, in order. */
  readonly written: number[]
  stop(): Promise<void>
}

/** Writes the status with a number that grows, `perSecond` times a second, or without a pause. */
function controller(api: HttpClient, path: string, perSecond?: number): Controller {
  const written: number[] = []
  let isOn = true
  const loop = async () => {
    for (let cost = 1; isOn; cost++) {
      const answer = await api.patch(`${path}/status`, { status: { cost } })
      expect(answer.status, answer.text).toBe(200)
      written.push(cost)
      if (perSecond) await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond))
    }
  }
  const running = loop()
  return {
    written,
    stop: () => {
      isOn = false
      return running
    },
  }
}

const editors: Record<string, (file: string, text: string) => void> = {
  'writes in place': (file, text) => writeFileSync(file, text),
  renames: (file, text) => {
    writeFileSync(`${file}.tmp`, text)
    renameSync(`${file}.tmp`, file)
  },
}

/** What an edit sets; between 1 and 100, and another one each time. */
const quantityOf = (edit: number) => 1 + (edit % 90)

/** The file for a moment may be away while the server replaces it. */
const read = (file: string) => eventually(`${file} is there`, () => readFileSync(file, 'utf8'))

describe.for(Object.keys(editors))('an editor that %s', (kind) => {
  const save = editors[kind] ?? (() => {})

  it('loses no edit of a file that the server writes all the time', async ({ api, server, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/hot`
    await api.post(restaurant.pizzas(namespace), pizza('hot', { labels: { edit: 'e0' } }))
    const file = pizzaFolder(server.root, namespace).file('hot')
    await read(file)
    const writers = controller(api, path)
    for (let n = 1; n <= edits; n++) {
      const text = await read(file)
      save(file, text.replace(/edit: e\d+/, `edit: e${n}`))
      await eventually(`edit ${n} is served`, async () => {
        return (await api.get(path)).json<Pizza>().metadata.labels?.edit === `e${n}`
      })
    }
    await writers.stop()
    const last = writers.written.at(-1)
    await eventually('the file says all of it', () => {
      const text = readFileSync(file, 'utf8')
      return text.includes(`edit: e${edits}\n`) && text.includes(`cost: ${last}\n`)
    })
  }, 300_000)

  it('changes the spec and never rolls a status back', async ({ api, server, namespace }) => {
    const path = `${restaurant.pizzas(namespace)}/busy`
    await api.post(restaurant.pizzas(namespace), pizza('busy'))
    const file = pizzaFolder(server.root, namespace).file('busy')
    await read(file)
    const { metadata } = (await api.get(path)).json<Pizza>()
    const watch = await api.watch(
      `${restaurant.pizzas(namespace)}?watch=true&resourceVersion=${metadata.resourceVersion}`,
    )
    const status = controller(api, path, 100)
    for (let n = 2; n <= edits; n++) {
      const text = await read(file)
      // A person has the text open for a while.
      await new Promise((resolve) => setTimeout(resolve, 40 * Math.random()))
      save(file, text.replace(/quantity: \d+/, `quantity: ${quantityOf(n)}`))
      await eventually(`edit ${n} is served`, async () => {
        return (await api.get(path)).json<Pizza>().spec.toppings[0]?.quantity === quantityOf(n)
      })
    }
    await status.stop()
    await api.delete(path)
    let [cost, generation, spec] = [0, 1, 1]
    for (;;) {
      const { type, object } = await watch.next<Pizza>()
      if (type === 'DELETED') break
      expect(object.status?.cost ?? 0).toBeGreaterThanOrEqual(cost)
      cost = object.status?.cost ?? 0
      if ((object.metadata.generation ?? 0) > generation) spec++
      generation = object.metadata.generation ?? 0
    }
    expect(spec).toBe(edits)
    expect(cost).toBe(status.written.at(-1))
    watch.close()
  }, 300_000)
})
