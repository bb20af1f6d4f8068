import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelValueErrors, qualifiedNameErrors } from '../../meta/names.js'
import type { ObjectMeta } from '../../meta/object.js'

/** The spec of a review of access, decoded by its Go type: what is there has the right type. */
export interface AccessSpec {
  readonly resourceAttributes?: ResourceAttributes
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string }
  readonly user?: string
  readonly groups?: readonly string[]
  readonly uid?: string
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export interface ResourceAttributes {
  readonly namespace?: string
  readonly verb?: string
  readonly group?: string
  readonly version?: string
  readonly resource?: string
  readonly subresource?: string
  readonly name?: string
  readonly fieldSelector?: SelectorAttributes
  readonly labelSelector?: SelectorAttributes
}

export interface SelectorAttributes {
  readonly rawSelector?: string
  readonly requirements?: readonly Requirement[]
}

export interface Requirement {
  readonly key?: string
  readonly operator?: string
  readonly values?: readonly string[]
}

/** Whom a review is about, and where it may be about something. */
export type ReviewScope = 'self' | 'cluster' | 'namespace'

/** What is wrong with a review of access, in upstream's order and words (API-SEMANTICS A24). */
export function accessErrors(spec: AccessSpec, metadata: ObjectMeta, scope: ReviewScope): FieldError[] {
  const { resourceAttributes, nonResourceAttributes, user = '', groups = [] } = spec
  const found: FieldError[] = []
  if (resourceAttributes && nonResourceAttributes) {
    const why = 'cannot be specified in combination with resourceAttributes'
    found.push(fieldError.invalid('spec.nonResourceAttributes', shown(nonResourceAttributes), why))
  }
  if (!resourceAttributes && !nonResourceAttributes) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified'
    found.push(fieldError.invalid('spec.resourceAttributes', null, why))
  }
  if (scope !== 'self' && user === '' && groups.length === 0) {
    found.push(fieldError.invalid('spec.user', '', 'at least one of user or group must be specified'))
  }
  if (resourceAttributes) found.push(...selectorErrors(resourceAttributes))
  found.push(...metadataErrors(metadata, scope))
  if (scope !== 'namespace') return found
  const { namespace = '' } = resourceAttributes ?? {}
  if (resourceAttributes && namespace !== metadata.namespace) {
    found.push(fieldError.invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace'))
  }
  if (nonResourceAttributes) {
    const why = 'disallowed on this kind of request'
    found.push(fieldError.invalid('spec.nonResourceAttributes', shown(nonResourceAttributes), why))
  }
  return found
}

/** As upstream's internal type prints. */
function shown({ path = '', verb = '' }: NonNullable<AccessSpec['nonResourceAttributes']>): object {
  return { Path: path, Verb: verb }
}

function metadataErrors(metadata: ObjectMeta, scope: ReviewScope): FieldError[] {
  const { managedFields: _, namespace, ...rest } = metadata
  const given = Object.values(scope === 'namespace' ? rest : { ...rest, namespace })
  if (given.every((value) => value === undefined || value === null || value === '')) return []
  const why = scope === 'namespace' ? 'must be empty except for namespace' : 'must be empty'
  return [fieldError.invalid('metadata', metadata, why)]
}

const path = 'spec.resourceAttributes'

function selectorErrors({ fieldSelector, labelSelector }: ResourceAttributes): FieldError[] {
  return [
    ...(fieldSelector ? oneSelectorErrors(fieldSelector, `${path}.fieldSelector`, fieldRequirementErrors) : []),
    ...(labelSelector ? oneSelectorErrors(labelSelector, `${path}.labelSelector`, labelRequirementErrors) : []),
  ]
}

function oneSelectorErrors(
  { rawSelector = '', requirements = [] }: SelectorAttributes,
  at: string,
  check: (requirement: Requirement, at: string) => FieldError[],
): FieldError[] {
  const found: FieldError[] = []
  if (rawSelector !== '' && requirements.length > 0) {
    const why = 'may not specified at the same time as requirements'
    found.push(fieldError.invalid(`${at}.rawSelector`, rawSelector, why))
  }
  if (rawSelector === '' && requirements.length === 0) {
    const why = `when ${at} is specified, requirements or rawSelector is required`
    found.push(fieldError.required(`${at}.requirements`, why))
  }
  return [...found, ...requirements.flatMap((requirement, i) => check(requirement, `${at}.requirements[${i}]`))]
}

function fieldRequirementErrors(requirement: Requirement, at: string): FieldError[] {
  const missing = requirement.key ? [] : [fieldError.required(`${at}.key`, 'must be specified')]
  return [...missing, ...valueCountErrors(requirement, at)]
}

function labelRequirementErrors(requirement: Requirement, at: string): FieldError[] {
  const { key = '', values = [] } = requirement
  return [
    ...valueCountErrors(requirement, at),
    ...qualifiedNameErrors(key).map((why) => fieldError.invalid(`${at}.key`, key, why)),
    ...values.flatMap((value, i) =>
      labelValueErrors(value).map((why) => fieldError.invalid(`${at}.values[${i}]`, value, why)),
    ),
  ]
}

/** Operators nobody knows yet are let through, for newer clients. */
function valueCountErrors({ operator, values = [] }: Requirement, at: string): FieldError[] {
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) {
    return [fieldError.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
  }
  if ((operator === 'Exists' || operator === 'DoesNotExist') && values.length > 0) {
    return [fieldError.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
  }
  return []
}
