import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { NewCondition } from './conditions.js'
import type { CustomResourceDefinition } from './custom-resource-definition.js'

/** Says who approved an API in one of the groups that are Kubernetes' own (API-SEMANTICS R04). */
const annotation = 'api-approved.kubernetes.io'
const see = 'https://github.com/kubernetes/enhancements/pull/1111'

interface Approval {
  readonly state: 'ApprovedAnnotation' | 'UnapprovedAnnotation' | 'MissingAnnotation' | 'InvalidAnnotation'
  readonly why: string
}

function isProtected(group: string): boolean {
  return /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group)
}

function approvalOf({ metadata }: CustomResourceDefinition): Approval {
  const value = metadata.annotations?.[annotation] ?? ''
  if (value === '') {
    return {
      state: 'MissingAnnotation',
      why: `protected groups must have approval annotation "${annotation}", see ${see}`,
    }
  }
  if (value.startsWith('unapproved')) {
    return { state: 'UnapprovedAnnotation', why: `not approved: ${JSON.stringify(value)}` }
  }
  if (isUrlWithHost(value)) return { state: 'ApprovedAnnotation', why: `approved in ${value}` }
  const why = `protected groups must have approval annotation "${annotation}" with either a URL or a reason starting with "unapproved", see ${see}`
  return { state: 'InvalidAnnotation', why }
}

function isUrlWithHost(text: string): boolean {
  return /^[a-z][-+.a-z0-9]*:\/\/[^/?#]/i.test(text) && URL.canParse(text)
}

/** Refuses what says no more about its approval than before only where it was said to be so already. */
export function checkApproval(crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  if (!isProtected(crd.spec.group)) return []
  const { state, why } = approvalOf(crd)
  if (old && approvalOf(old).state === state) return []
  const path = `metadata.annotations[${annotation}]`
  if (state === 'MissingAnnotation') return [fieldError.required(path, why)]
  return state === 'InvalidAnnotation' ? [fieldError.invalid(path, crd.metadata.annotations?.[annotation], why)] : []
}

/** Undefined for a group that needs no approval. */
export function approvalCondition(crd: CustomResourceDefinition): NewCondition | undefined {
  if (!isProtected(crd.spec.group)) return undefined
  const { state, why } = approvalOf(crd)
  const status = state === 'ApprovedAnnotation' ? 'True' : 'False'
  return { type: 'KubernetesAPIApprovalPolicyConformant', status, reason: state, message: why }
}
