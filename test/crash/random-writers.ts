import { created } from '../support/expect-answer.js'
import type { Answer, HttpClient } from '../support/http.js'
import { pizza, restaurant, topping } from '../support/restaurant.js'
import type { ChangeLog } from './change-log.js'
import { isLost, type Target } from './restarting-server.js'

/** Kinds and namespaces that are written to: all have one sequence of revisions. */
export const collections = {
  'pizzas/default/': restaurant.pizzas(),
  'pizzas/other/': restaurant.pizzas('other'),
  'toppings/': restaurant.toppings,
}

export type Collection = keyof typeof collections
const prefixes = Object.keys(collections) as Collection[]
const objectsEach = 12

const random = (below: number) => Math.floor(Math.random() * below)

/** One writer: creates, patches and deletes objects of its own, and tells the log what it was answered. */
async function write(
  target: () => Promise<Target>,
  log: ChangeLog,
  writer: number,
  left: () => boolean,
): Promise<void> {
  /** Last known value of what is there. */
  const alive = new Map<string, string>()
  for (let n = 0; left(); n++) {
    const prefix = prefixes[random(prefixes.length)] as Collection
    const name = `w${writer}-${random(objectsEach)}`
    const key = prefix + name
    const value = `${writer}-${n}`
    const { api, over } = await target()
    const type = !alive.has(key) ? 'ADDED' : random(8) === 0 ? 'DELETED' : 'MODIFIED'
    const answer = await send(api, collections[prefix], name, type, value).catch(() => undefined)
    if (answer && !isLost(answer)) {
      if (answer.status > 299) throw new Error(`${type} ${key}: ${answer.text}`)
      if (type === 'DELETED') {
        log.addDeletion(key, alive.get(key) ?? '')
        alive.delete(key)
        continue
      }
      log.add({ revision: Number(answer.json().metadata.resourceVersion), type, key, value })
      alive.set(key, value)
    } else {
      await over()
      const found = await (await target()).api.get(`${collections[prefix]}/${name}`)
      if (found.status === 200) alive.set(key, found.json().metadata.annotations?.value ?? '')
      else alive.delete(key)
    }
  }
}

function send(
  api: HttpClient,
  collection: string,
  name: string,
  type: 'ADDED' | 'MODIFIED' | 'DELETED',
  value: string,
): Promise<Answer> {
  const path = `${collection}/${name}`
  const made = () =>
    collection === restaurant.toppings
      ? { ...topping(name, 1), metadata: { name, annotations: { value } } }
      : pizza(name, { annotations: { value } })
  if (type === 'ADDED') return api.post(collection, made())
  return type === 'MODIFIED' ? api.patch(path, { metadata: { annotations: { value } } }) : api.delete(path)
}

/** `writes` writes by `writers` at once; `written` counts them. */
export async function runWriters(
  target: () => Promise<Target>,
  log: ChangeLog,
  writers: number,
  writes: number,
  written: (count: number) => void,
): Promise<void> {
  let count = 0
  const left = () => {
    written(count)
    return count++ < writes
  }
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(target, log, writer, left)))
}

/** Creates one object more in every collection, when nobody else writes any more. @returns their revisions */
export async function writeLast(
  target: () => Promise<Target>,
  log: ChangeLog,
): Promise<Readonly<Record<Collection, number>>> {
  const revisions: [Collection, number][] = []
  for (const prefix of prefixes) {
    const answer = created(await send((await target()).api, collections[prefix], 'last', 'ADDED', 'last'))
    const revision = Number(answer.metadata.resourceVersion)
    log.add({ revision, type: 'ADDED', key: `${prefix}last`, value: 'last' })
    revisions.push([prefix, revision])
  }
  return Object.fromEntries(revisions) as Record<Collection, number>
}
