import { formatAge } from '../meta/go-duration.js'
import type { KubeObject } from '../meta/object.js'
import type { Cell } from './builtin-kind.js'
import type { PodTemplate } from './core/pods/pod-spec.js'

/** How long ago an object was made: `5m`. */
export const age: Cell = ({ metadata }, now) => since(metadata.creationTimestamp, now)

/** A point in time as tables show it; `<unknown>` when there is none. */
export function since(time: unknown, now: number): string {
  return typeof time === 'string' ? formatAge(now - Date.parse(time)) : '<unknown>'
}

/** The columns Containers and Images of kinds that make pods. */
export function containerCells(template: (object: KubeObject) => PodTemplate | undefined): Record<string, Cell> {
  const join = (object: KubeObject, field: 'name' | 'image') =>
    (template(object)?.spec?.containers ?? []).map((container) => container[field] ?? '').join(',')
  return { Containers: (object) => join(object, 'name'), Images: (object) => join(object, 'image') }
}

/** The first few of a list, and how many there are more; `<unset>` is what some columns show for none. */
export function listCell(items: readonly string[], shown: number, none = ''): string {
  if (items.length === 0) return none
  const more = items.length - shown
  return items.slice(0, shown).join(',') + (more > 0 ? ` + ${more} more...` : '')
}
