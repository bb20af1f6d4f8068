import type { KubeObject } from '../../meta/object.js'
import { wholeQuantity } from '../../meta/quantity.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Amounts } from './amounts.js'
import type { Scopes } from './scopes.js'

/** What an object takes of quotas. */
export interface Measure {
  readonly amounts: Amounts
  /** From then on, in milliseconds, it takes no more than `amounts`. */
  readonly expires?: { readonly at: number; readonly amounts: Amounts }
  /** Absent: it can be in none. */
  readonly scopes?: Scopes
}

/** How objects of one resource are measured. */
export interface Evaluator {
  /** Whether amounts of that name, as a quota bounds them, are of these objects. */
  measures(name: string): boolean
  /** Whether the write can need more than was there before. */
  concerns(request: AdmissionRequest): boolean
  measure(object: KubeObject): Measure
  /** What every object takes, where it does not matter what is in it. */
  readonly every?: Measure
  /** What the object has to say where such amounts are bound, and does not, in upstream's words. */
  missing?(object: KubeObject, names: readonly string[]): string | undefined
}

export const oneObject = wholeQuantity(1)

/** `count/deployments.apps`. */
export function countName(group: string, plural: string): string {
  return `count/${plural}${group && `.${group}`}`
}

export function takenAt({ amounts, expires }: Measure, now: number): Amounts {
  return expires && now > expires.at ? expires.amounts : amounts
}

/** Numbers of objects: `also` is another name for them. */
export function countEvaluator(group: string, plural: string, also?: string): Evaluator {
  const names = [countName(group, plural), ...(also ? [also] : [])]
  const every = { amounts: Object.fromEntries(names.map((name) => [name, oneObject])) }
  return {
    measures: (name) => names.includes(name),
    concerns: ({ operation, subresource }) => operation === 'CREATE' && subresource === '',
    measure: () => every,
    every,
  }
}
