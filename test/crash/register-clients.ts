import { expect } from 'vitest'
import type { Answer as HttpAnswer, HttpClient, ListBody } from '../support/http.js'
import { type Pizza, pizza, restaurant } from '../support/restaurant.js'
import { type Answer, firstUnexplained, type Operation } from './linearizability.js'
import { isLost, type Target } from './restarting-server.js'

/** @throws when the operations on some key have no order that explains them, or hardly any write was done */
export function expectOrder(recorded: Recorded): void {
  for (const [key, operations] of recorded) {
    const writes = operations.filter(({ kind, answer }) => kind !== 'read' && answer.result === 'done')
    expect(writes.length, key).toBeGreaterThan(operations.length / 20)
    expect(firstUnexplained(operations), key).toBeUndefined()
  }
}

export const keys = ['x', 'y', 'z']

/** What one client believes of a key: what it last read or wrote there. */
interface Belief {
  readonly value: string
  readonly revision: number
}

type Recorded = Map<string, Operation[]>
type Step = Pick<Operation, 'kind' | 'expected' | 'value'>

const textOf = (object: Pizza) => object.metadata.annotations?.value ?? ''
/** 0: the answer is a Status, as a deletion's is. */
const revisionOf = (object: Pizza) => Number(object.metadata.resourceVersion ?? 0)
const found = (object: Pizza): Answer => ({ result: 'found', value: textOf(object), revision: revisionOf(object) })

/** Clients that read, list, create, swap and delete the same few objects at once, and what they were answered. */
export async function runClients(
  target: () => Promise<Target>,
  clients: number,
  operations: number,
  progress: (done: number) => void = () => {},
): Promise<Recorded> {
  const recorded: Recorded = new Map(keys.map((key) => [key, []]))
  let begun = 0
  const work = async (_: unknown, client: number) => {
    const beliefs = new Map<string, Belief>()
    while (begun < operations) {
      const number = begun++
      await step(await target(), recorded, beliefs, `${client}-${number}`)
      progress(number / operations)
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
  return recorded
}

async function step(target: Target, recorded: Recorded, beliefs: Map<string, Belief>, value: string): Promise<void> {
  const key = keys[Math.floor(Math.random() * keys.length)] ?? ''
  const belief = beliefs.get(key)
  const dice = Math.random()
  if (dice < 0.1) await list(target, recorded, beliefs)
  else if (dice < 0.35) await run(target, recorded, beliefs, key, { kind: 'read' })
  else if (!belief) await run(target, recorded, beliefs, key, { kind: 'create', value })
  else if (dice < 0.45) await run(target, recorded, beliefs, key, { kind: 'delete', expected: belief.value })
  else await run(target, recorded, beliefs, key, { kind: 'swap', expected: belief.value, value })
}

async function run(
  { api, over }: Target,
  recorded: Recorded,
  beliefs: Map<string, Belief>,
  key: string,
  step: Step,
): Promise<void> {
  const began = performance.now()
  const revision = beliefs.get(key)?.revision
  let answer: Answer = { result: 'lost' }
  try {
    answer = answerOf(step, await send(api, key, step, revision))
  } catch (error) {
    if (error instanceof Surprise) throw error
  }
  if (answer.result === 'lost') await over()
  if (answer.result === 'lost' && step.kind === 'read') return
  recorded.get(key)?.push({ ...step, answer, began, ended: performance.now() })
  if (answer.result === 'found') beliefs.set(key, answer)
  else if (answer.result === 'done' && step.value) beliefs.set(key, { value: step.value, revision: answer.revision })
  else beliefs.delete(key)
}

function send(api: HttpClient, name: string, step: Step, revision = 0): Promise<HttpAnswer> {
  const path = `${restaurant.pizzas()}/${name}`
  const annotations = { value: step.value }
  const resourceVersion = String(revision)
  if (step.kind === 'read') return api.get(path)
  if (step.kind === 'create') return api.post(restaurant.pizzas(), pizza(name, { annotations }))
  if (step.kind === 'delete') return api.delete(path, { kind: 'DeleteOptions', preconditions: { resourceVersion } })
  return api.put(path, pizza(name, { annotations, resourceVersion }))
}

/** An answer that no register gives. */
class Surprise extends Error {}

function answerOf({ kind }: Step, answer: HttpAnswer): Answer {
  if (isLost(answer)) return { result: 'lost' }
  if (answer.status === 404) return { result: 'absent' }
  if (answer.status === 409) return { result: 'refused' }
  if (answer.status > 299) throw new Surprise(`${kind} was answered with ${answer.text}`)
  const object = answer.json<Pizza>()
  return kind === 'read' ? found(object) : { result: 'done', revision: revisionOf(object) }
}

/** A list is a read of every key. */
async function list({ api }: Target, recorded: Recorded, beliefs: Map<string, Belief>): Promise<void> {
  const began = performance.now()
  const answer = await api.get(restaurant.pizzas()).catch(() => undefined)
  if (!answer || isLost(answer)) return
  const ended = performance.now()
  const { items } = answer.json<ListBody<Pizza>>()
  for (const [key, operations] of recorded) {
    const object = items.find(({ metadata }) => metadata.name === key)
    operations.push({ kind: 'read', answer: object ? found(object) : { result: 'absent' }, began, ended })
    if (object) beliefs.set(key, { value: textOf(object), revision: revisionOf(object) })
    else beliefs.delete(key)
  }
}
