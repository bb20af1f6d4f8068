import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { invalidBy } from '../field-checks.js'
import { configKeyErrors } from './config-keys.js'

/** All values together, in bytes (API-SEMANTICS V11). */
export const maxDataBytes = 1024 * 1024

export type Data = Readonly<Record<string, string>>

const dataOf = (map: KubeObject) => (map.data ?? {}) as Data
const binaryDataOf = (map: KubeObject) => (map.binaryData ?? {}) as Data

/** core/v1 ConfigMap. */
export const configMaps: BuiltinKind = {
  strategy: {
    validate: (map, update) => [
      ...(update ? validateImmutable(map, update.old, ['data', 'binaryData']) : []),
      ...validateData(map),
    ],
  },
  cells: { Data: (map) => Object.keys(dataOf(map)).length + Object.keys(binaryDataOf(map)).length, Age: age },
}

function validateData(map: KubeObject): FieldError[] {
  const [data, binary] = [dataOf(map), binaryDataOf(map)]
  const found = [
    ...Object.keys(data).flatMap((key) => [
      ...invalidBy(`data[${key}]`, key, configKeyErrors(key)),
      ...(Object.hasOwn(binary, key)
        ? [fieldError.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')]
        : []),
    ]),
    ...Object.keys(binary).flatMap((key) => invalidBy(`binaryData[${key}]`, key, configKeyErrors(key))),
  ]
  let size = 0
  for (const value of Object.values(data)) size += Buffer.byteLength(value)
  for (const value of Object.values(binary)) size += decodedLength(value)
  // The field is upstream's way to say the whole object.
  return size > maxDataBytes ? [...found, fieldError.tooLong('[]', maxDataBytes)] : found
}

/** The number of bytes that canonical base64 stands for. */
export function decodedLength(base64: string): number {
  return (base64.length / 4) * 3 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
}

/** What `immutable: true` protects, itself included (V60). */
export function validateImmutable(object: KubeObject, old: KubeObject, fields: readonly string[]): FieldError[] {
  if (old.immutable !== true) return []
  const why = 'field is immutable when `immutable` is set'
  const changed = fields.filter((field) => !jsonEquals(object[field] ?? {}, old[field] ?? {}))
  return [...(object.immutable === true ? [] : ['immutable']), ...changed].map((field) =>
    fieldError.forbidden(field, why),
  )
}
