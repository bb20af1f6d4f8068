import { goType, goValue } from '../apply/go-format.js'
import { type FieldError, fieldError } from '../meta/field-error.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { ScaleSubresource } from './definition.js'

const mostReplicas = 2 ** 31 - 1

/** What `/scale` of a custom resource would read must be of its types (API-SEMANTICS U03). */
export function checkScale(object: JsonObject, scale: ScaleSubresource, statusOnly: boolean): FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return [
    ...(statusOnly ? [] : checkReplicas(object, specReplicasPath)),
    ...checkReplicas(object, statusReplicasPath),
    ...(labelSelectorPath === undefined ? [] : checkSelector(object, labelSelectorPath)),
  ]
}

function checkReplicas(object: JsonObject, path: string): FieldError[] {
  const found = follow(object, path)
  const wrong =
    found.problem ??
    (found.value === undefined || isInt64(found.value) ? undefined : mismatch(found.value, path, 'int64'))
  if (wrong !== undefined) return [fieldError.invalid(path, 0, wrong)]
  const replicas = Number(found.value ?? 0)
  if (replicas < 0) return [fieldError.invalid(path, replicas, 'should be a non-negative integer')]
  if (replicas <= mostReplicas) return []
  return [fieldError.invalid(path, replicas, `should be less than or equal to ${mostReplicas}`)]
}

function checkSelector(object: JsonObject, path: string): FieldError[] {
  const { value, problem } = follow(object, path)
  const wrong =
    problem ?? (value === undefined || typeof value === 'string' ? undefined : mismatch(value, path, 'string'))
  return wrong === undefined ? [] : [fieldError.invalid(path, '', wrong)]
}

function isInt64(value: unknown): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))
}

/** What stands at a path of names; undefined where there is nothing. */
function follow(object: JsonObject, path: string): { value?: unknown; problem?: string } {
  const names = path.replace(/^\./, '').split('.')
  let value: unknown = object
  for (const [i, name] of names.entries()) {
    if (value === null) return {}
    if (!isJsonObject(value))
      return { problem: mismatch(value, `.${names.slice(0, i + 1).join('.')}`, 'map[string]interface{}') }
    if (!Object.hasOwn(value, name)) return {}
    value = value[name]
  }
  return { value }
}

function mismatch(value: unknown, path: string, expected: string): string {
  return `${path} accessor error: ${goValue(value)} is of the type ${goType(value)}, expected ${expected}`
}
