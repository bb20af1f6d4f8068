import { formatPath } from '../../src/apply/field-path.js'
import { fieldPaths } from '../../src/apply/field-set.js'
import { convertTo, type FieldFilter, type ManagedKind } from '../../src/apply/managed-kind.js'
import { applyMergePatch } from '../../src/apply/merge-patch.js'
import { ignoringTimes, ownersOf } from '../../src/apply/owners.js'
import { applyPatch } from '../../src/apply/server-side-apply.js'
import { updateManagedFields } from '../../src/apply/update-managed-fields.js'
import { parseJson, stringifyJson } from '../../src/codec/json.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { StatusError } from '../../src/meta/status.js'

/** One request in the life of an object. */
export interface Step {
  /** The body of an apply. */
  readonly apply?: JsonObject
  /** What the object shall be after a create, update or patch; a function gets the object as it is. */
  readonly update?: JsonObject | ((object: KubeObject) => JsonObject)
  readonly as: string
  readonly force?: boolean
  readonly subresource?: string
  readonly mayOwn?: FieldFilter
  /** Version of the request, where the kind has several. */
  readonly apiVersion?: string
  /** The message of the error it has to fail with. */
  readonly fails?: string
}

export interface Scenario {
  readonly name: string
  readonly kind: ManagedKind
  readonly steps: readonly Step[]
  /** The object after all steps, without apiVersion, kind and metadata unless they matter. */
  readonly object?: JsonObject
  /** `'m1 Apply': ['.data.a']`; with subresource `'m1 Update status'`. */
  readonly owners?: Readonly<Record<string, readonly string[]>>
}

export const json = { parse: parseJson, stringify: stringifyJson }

/** An update that is a merge patch. */
export function merging(patch: JsonObject): (object: KubeObject) => JsonObject {
  return (object) => applyMergePatch(object, patch) as JsonObject
}

/** An update that changes the object in place. */
export function changing(change: (object: KubeObject) => void): (object: KubeObject) => JsonObject {
  return (object) => {
    change(object)
    return object
  }
}

/** The time of a step: one minute a step. */
export function timeOf(step: number): string {
  return `2026-01-01T00:${String(step).padStart(2, '0')}:00Z`
}

/** An object that lives through requests, as the registry would treat it. */
export class TrackedObject {
  object: KubeObject | undefined
  private steps = 0

  constructor(private readonly kind: ManagedKind) {}

  async take(step: Step): Promise<KubeObject> {
    const before = structuredClone({ object: this.object, apply: step.apply })
    const next = await this.write(step)
    if (!deepEqual(before, { object: this.object, apply: step.apply })) throw new Error('the input was changed')
    this.object = this.object ? ignoringTimes(next, this.object) : next
    return this.object
  }

  private async write({ apply, update, as, force, subresource = '', mayOwn, apiVersion }: Step): Promise<KubeObject> {
    const kind = apiVersion ? { ...this.kind, apiVersion } : this.kind
    const current = this.object && (await convertTo(this.kind, this.object, kind.apiVersion))
    const write = { kind, manager: as, subresource, now: timeOf(this.steps++), ...(mayOwn ? { mayOwn } : {}) }
    if (apply) return applyPatch({ ...write, current, applied: apply, force: force ?? false, json })
    const wanted = typeof update === 'function' ? update(structuredClone(current) as KubeObject) : update
    const next = { apiVersion: kind.apiVersion, kind: kind.kind, ...wanted } as KubeObject
    next.metadata ??= {}
    return updateManagedFields(current, next, write)
  }
}

function deepEqual(a: unknown, b: unknown): boolean {
  return stringifyJson(a) === stringifyJson(b)
}

/** Takes all steps; a step that has to fail leaves the object as it is. */
export async function play(kind: ManagedKind, steps: readonly Step[]): Promise<KubeObject | undefined> {
  const tracked = new TrackedObject(kind)
  for (const [i, step] of steps.entries()) {
    const failure = await tracked.take(step).then(
      () => undefined,
      (error: unknown) => error,
    )
    const message = failure instanceof StatusError ? failure.message : failure
    if (message !== step.fails) throw new Error(`step ${i} (${step.as}): ${String(message)}, not ${step.fails}`)
  }
  return tracked.object
}

export function shownOwners(object: KubeObject | undefined): Record<string, string[]> {
  return Object.fromEntries(
    ownersOf(object).map(({ manager, operation, subresource, fields }) => [
      `${manager} ${operation}${subresource ? ` ${subresource}` : ''}`,
      [...fieldPaths(fields)].map(formatPath),
    ]),
  )
}
