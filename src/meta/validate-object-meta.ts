import { type FieldError, fieldError } from './field-error.js'
import { formatGroupVersionKind, parseApiVersion } from './gvk.js'
import { labelErrors, labelValueErrors, pathSegmentErrors, qualifiedNameErrors, subdomainErrors } from './names.js'
import type { ObjectMeta, OwnerReference } from './object.js'

/** A rule by its name, or what says what is wrong with a name. */
export type NameRule = 'subdomain' | 'label' | 'path-segment' | ((name: string) => string[])

export interface ObjectMetaRules {
  readonly namespaced: boolean
  readonly nameRule: NameRule
  /** Most built-in kinds refuse finalizers without a domain; custom resources warn of them: `finalizerWarnings`. */
  readonly qualifiedFinalizers?: boolean
}

const maxAnnotationBytes = 256 * 1024
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

/** What is wrong with an object's metadata in itself; a generated name is already in it (API-SEMANTICS V20 to V25). */
export function validateObjectMeta(meta: ObjectMeta, rules: ObjectMetaRules): FieldError[] {
  return [
    ...nameErrors(meta, rules.nameRule),
    ...namespaceErrors(meta.namespace ?? '', rules.namespaced),
    ...((meta.generation ?? 0) < 0
      ? [fieldError.invalid('metadata.generation', meta.generation, 'must be greater than or equal to 0')]
      : []),
    ...labelsErrors(meta.labels),
    ...annotationErrors(meta.annotations),
    ...ownerReferenceErrors(meta.ownerReferences ?? []),
    ...finalizerErrors(meta.finalizers ?? [], rules.qualifiedFinalizers ?? false),
  ]
}

/** What an update may not change (V34, V42). Fields the server fills in from the old object must be filled in. */
export function validateObjectMetaUpdate(next: ObjectMeta, old: ObjectMeta): FieldError[] {
  const found: FieldError[] = []
  if (old.deletionTimestamp !== undefined) {
    const known = new Set(old.finalizers)
    const added = [...new Set(next.finalizers)].filter((f) => !known.has(f)).sort()
    const shown = `[]string{${added.map((f) => JSON.stringify(f)).join(', ')}}`
    const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${shown}`
    if (added.length > 0) found.push(fieldError.forbidden('metadata.finalizers', why))
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    const value = next[field] ?? ''
    if (value !== (old[field] ?? '')) found.push(immutable(field, value))
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    const value = next[field] ?? null
    if (value !== (old[field] ?? null)) found.push(immutable(field, value))
  }
  return found
}

/** Warnings about the finalizers a custom resource gets, or gets anew: without a domain and a path they are likely to clash. */
export function finalizerWarnings(next: ObjectMeta, old?: ObjectMeta): string[] {
  if (!next.finalizers) return []
  const known = new Set(old?.finalizers)
  const added = [...new Set(next.finalizers)].filter((name) => !known.has(name)).sort()
  return added.flatMap((name) =>
    finalizerDoubts(name).map((why) => `metadata.finalizers: ${JSON.stringify(name)}: ${why}`),
  )
}

function finalizerDoubts(name: string): string[] {
  const doubts = qualifiedNameErrors(name)
  if (name.includes('/') || standardFinalizers.has(name)) return doubts
  const path = name.includes('.') ? ' including a path (/)' : ''
  const why = `prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`
  return [...doubts, why]
}

function immutable(field: string, value: unknown): FieldError {
  return fieldError.invalid(`metadata.${field}`, value, 'field is immutable')
}

function invalid(field: string, value: unknown, why: readonly string[]): FieldError[] {
  return why.map((text) => fieldError.invalid(field, value, text))
}

const namedRules = { subdomain: subdomainErrors, label: labelErrors, 'path-segment': pathSegmentErrors }

function nameErrors({ name = '', generateName = '' }: ObjectMeta, rule: NameRule): FieldError[] {
  const check = typeof rule === 'function' ? rule : namedRules[rule]
  // A base may end where the generated part goes on: `gen-`.
  const base = rule === 'path-segment' ? generateName : generateName.replace(/.-$/s, 'a')
  const wrongBase = rule === 'path-segment' ? pathSegmentErrors(base, true) : check(base)
  return [
    ...(generateName === '' ? [] : invalid('metadata.generateName', generateName, wrongBase)),
    ...(name === ''
      ? [fieldError.required('metadata.name', 'name or generateName is required')]
      : invalid('metadata.name', name, check(name))),
  ]
}

function namespaceErrors(namespace: string, namespaced: boolean): FieldError[] {
  if (!namespaced)
    return namespace === '' ? [] : [fieldError.forbidden('metadata.namespace', 'not allowed on this type')]
  if (namespace === '') return [fieldError.required('metadata.namespace')]
  return invalid('metadata.namespace', namespace, labelErrors(namespace))
}

function mapErrors(
  map: Readonly<Record<string, string>> | undefined,
  field: string,
  keyErrors: (key: string) => string[],
  valueErrors: (value: string) => string[],
): FieldError[] {
  const found: FieldError[] = []
  for (const [key, value] of Object.entries(map ?? {})) {
    found.push(...invalid(field, key, keyErrors(key)), ...invalid(field, value, valueErrors(value)))
  }
  return found
}

export function labelsErrors(labels: Readonly<Record<string, string>> | undefined): FieldError[] {
  return mapErrors(labels, 'metadata.labels', qualifiedNameErrors, labelValueErrors)
}

/** The case of annotation keys does not matter, their values are free, their size together is bounded. */
export function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  if (!annotations) return []
  const field = 'metadata.annotations'
  const found = mapErrors(
    annotations,
    field,
    (key) => qualifiedNameErrors(key.toLowerCase()),
    () => [],
  )
  let bytes = 0
  for (const [key, value] of Object.entries(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(value)
  if (bytes > maxAnnotationBytes) found.push(fieldError.tooLong(field, maxAnnotationBytes))
  return found
}

function ownerReferenceErrors(references: readonly OwnerReference[]): FieldError[] {
  const field = 'metadata.ownerReferences'
  const found: FieldError[] = []
  let controller: string | undefined
  for (const reference of references) {
    found.push(...singleReferenceErrors(reference, field))
    if (!reference.controller) continue
    const name = `${reference.kind}/${reference.name}`
    if (controller === undefined) controller = name
    else {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${name}`
      found.push(fieldError.invalid(field, references.map(inOrder), why))
    }
  }
  return found
}

function singleReferenceErrors(reference: OwnerReference, field: string): FieldError[] {
  const { apiVersion, kind, name, uid } = reference
  const gv = parseApiVersion(apiVersion) ?? { group: '', version: '' }
  const found: FieldError[] = []
  if (gv.version === '') found.push(fieldError.invalid(`${field}.apiVersion`, apiVersion, 'version must not be empty'))
  for (const [part, value] of Object.entries({ kind, name, uid })) {
    if (value === '') found.push(fieldError.invalid(`${field}.${part}`, value, 'must not be empty'))
  }
  if (gv.group === '' && gv.version === 'v1' && kind === 'Event') {
    const why = `${formatGroupVersionKind({ ...gv, kind })} is disallowed from being an owner`
    found.push(fieldError.invalid(field, inOrder(reference), why))
  }
  return found
}

/** The members in the order upstream prints them. */
function inOrder({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference) {
  return { apiVersion, kind, name, uid, controller, blockOwnerDeletion }
}

function finalizerErrors(finalizers: readonly string[], qualified: boolean): FieldError[] {
  const field = 'metadata.finalizers'
  const found = finalizers.flatMap((name) => invalid(field, name, qualifiedNameErrors(name)))
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    found.push(fieldError.invalid(field, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'))
  }
  if (!qualified) return found
  for (const [i, name] of finalizers.entries()) {
    const at = `${field}[${i}]`
    found.push(...invalid(at, name, qualifiedNameErrors(name)))
    if (name.includes('/') || standardFinalizers.has(name)) continue
    const why = 'name is neither a standard finalizer name nor is it fully qualified'
    found.push(fieldError.invalid(at, name, why))
  }
  return found
}
