import { isJsonObject } from '../../meta/object.js'
import { goKind, mismatch } from './decode-error.js'

const struct = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`

/** Why Go's decoder can't tell version and kind of what was parsed; undefined where it can, or where there are none. */
export function typeMetaProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return `json: cannot unmarshal ${goKind(value)} into Go value of type ${struct}`
  const wrong = ['apiVersion', 'kind'].find((field) => typeof (value[field] ?? '') !== 'string')
  return wrong === undefined
    ? undefined
    : mismatch(goKind(value[wrong]), 'string', { struct: '', path: [wrong] }).message
}
