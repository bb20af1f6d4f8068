/** A value that Go's JSON decoder does not take for the type it finds there; the message is Go's. */
export class TypedDecodeError extends Error {}

/** Go's name for the kind of a JSON value. */
export function goKind(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const kind = typeof value
  return kind === 'boolean' ? 'bool' : kind === 'bigint' ? 'number' : kind
}

/** Where a value stands: the struct that has it and the fields that lead there. */
export interface Place {
  readonly struct: string
  readonly path: readonly string[]
}

/** Go's json.UnmarshalTypeError. */
export function mismatch(shown: string, goType: string, { struct, path }: Place): TypedDecodeError {
  const target = path.length === 0 ? 'Go value' : `Go struct field ${struct}.${path.join('.')}`
  return new TypedDecodeError(`json: cannot unmarshal ${shown} into ${target} of type ${goType}`)
}
