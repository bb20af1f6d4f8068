import type { JsonObject, KubeObject } from '../../meta/object.js'

/** How many endpoints a slice takes (`--max-endpoints-per-slice`). */
const room = 100

export interface Endpoint extends JsonObject {
  readonly addresses: readonly string[]
  readonly targetRef?: JsonObject
}

export interface Slice extends KubeObject {
  readonly addressType: string
  readonly endpoints?: readonly Endpoint[] | null
  readonly ports?: readonly JsonObject[] | null
}

/** Endpoints with the same ports. */
export interface Group {
  readonly ports: readonly JsonObject[]
  readonly endpoints: readonly Endpoint[]
}

interface Content extends Group {
  readonly addressType: string
}

/** What is to be done so that slices hold what they should. */
export interface Division {
  readonly make: readonly Content[]
  readonly change: readonly (readonly [Slice, Group])[]
  readonly remove: readonly Slice[]
}

const idOf = ({ addresses, targetRef }: Endpoint) => `${addresses[0]} ${targetRef?.uid}`

/**
 * Divides endpoints, of one type of addresses, among slices: each stays in the slice it is in, new ones go where there is
 * room, and a slice that nothing is left for goes. Where there is no endpoint at all one empty slice stays.
 */
export function divide(existing: readonly Slice[], groups: readonly Group[], addressType: string): Division {
  const make: Content[] = []
  const change: [Slice, Group][] = []
  const kept = new Set<Slice>()
  for (const { ports, endpoints } of groups) {
    const left = new Map(endpoints.map((endpoint) => [idOf(endpoint), endpoint]))
    const own = existing.filter((slice) => JSON.stringify(slice.ports ?? []) === JSON.stringify(ports))
    const filled = own.map((slice) => ({ slice, endpoints: stillIn(slice, left) }))
    const waiting = [...left.values()]
    for (const { slice, endpoints: stay } of filled) {
      const all = [...stay, ...waiting.splice(0, room - stay.length)]
      if (all.length === 0) continue
      change.push([slice, { ports, endpoints: all }])
      kept.add(slice)
    }
    while (waiting.length > 0) make.push({ addressType, ports, endpoints: waiting.splice(0, room) })
  }
  if (kept.size === 0 && make.length === 0) {
    const [empty] = existing.filter(({ ports, endpoints }) => !ports?.length && !endpoints?.length)
    if (empty) {
      kept.add(empty)
      change.push([empty, { ports: [], endpoints: [] }])
    } else make.push({ addressType, ports: [], endpoints: [] })
  }
  return { make, change, remove: existing.filter((slice) => !kept.has(slice)) }
}

/** What of a slice is still wanted, as it is now; taken out of `left`. */
function stillIn({ endpoints }: Slice, left: Map<string, Endpoint>): Endpoint[] {
  return (endpoints ?? []).flatMap((endpoint) => {
    const id = idOf(endpoint)
    const wanted = left.get(id)
    left.delete(id)
    return wanted ? [wanted] : []
  })
}
