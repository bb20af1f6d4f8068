import { jsonEquals } from '../../meta/json-equal.js'
import { doWork } from './meter.js'
import { OpaqueValue } from './value.js'

/** Data that no schema describes: rules can compare it with other such data, and no more. */
export class Preserved extends OpaqueValue {
  readonly type = 'unknown'

  constructor(private readonly json: unknown) {
    super()
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof Preserved && sameJson(this.json, other.json)
  }
}

/** Trees without a schema may be large; looking at them is work. */
export function sameJson(a: unknown, b: unknown): boolean {
  doWork(10 * countNodes(a))
  return jsonEquals(a, b)
}

function countNodes(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1
  let count = 1
  for (const member of Object.values(json)) count += countNodes(member)
  return count
}
