import { setImmediate as turn } from 'node:timers/promises'
import { parseJson } from '../../codec/json.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { readJson } from '../../registry/read.js'
import { toConcise } from './concise-object.js'
import { isSelected, parseListQuery, projected, sorted } from './list-query.js'
import type { Objects } from './objects.js'

/** After so many objects other requests get a turn. */
const batch = 200

/** One page of a collection. `total` counts what was selected, `version` is the revision all of it is of,
 * where the resource has revisions. */
export interface ConcisePage {
  readonly items: readonly JsonObject[]
  readonly total: number
  readonly page: number
  readonly pages: number
  readonly version?: string
}

/** @throws StatusError BadRequest for a query that can't be read */
export async function conciseList(objects: Objects, namespace: string, query: URLSearchParams): Promise<ConcisePage> {
  const asked = parseListQuery(query)
  const { items, revision } = await objects.list(namespace, query)
  const selected: JsonObject[] = []
  for (const [i, stored] of items.entries()) {
    if (i % batch === batch - 1) await turn()
    const concise = toConcise(parseJson(await readJson(objects.resource, stored)) as KubeObject)
    if (isSelected(concise, asked)) selected.push(concise)
  }
  const { page, size } = asked
  const shown = sorted(selected, asked).slice((page - 1) * size, page * size)
  return {
    items: shown.map((concise) => projected(concise, asked)),
    total: selected.length,
    page,
    pages: Math.ceil(selected.length / size),
    ...(revision === 0 ? {} : { version: String(revision) }),
  }
}
