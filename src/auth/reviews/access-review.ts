import { parseFieldSelector } from '../../meta/field-selector.js'
import { parseLabelSelector } from '../../meta/label-selector.js'
import type { KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { UserInfo } from '../../meta/user.js'
import type { AuthorizationAttributes, Authorizer } from '../../registry/authorizer.js'
import type { ComputedVerbs } from '../../registry/computed-verbs.js'
import {
  type AccessSpec,
  accessErrors,
  type Requirement,
  type ReviewScope,
  type SelectorAttributes,
} from './access-spec.js'

/** SubjectAccessReview and its siblings: asks the authorizer what it would say (API-SEMANTICS A24). */
export function accessReview(authorizer: Authorizer, scope: ReviewScope): ComputedVerbs {
  return {
    create: async (call, review) => {
      const spec = (review.spec ?? {}) as AccessSpec
      const found = accessErrors(spec, review.metadata, scope)
      // Upstream's object has lost its kind by then.
      if (found.length > 0) throw errors.invalid({ group: 'authorization.k8s.io', kind: '' }, '', found)
      const user = scope === 'self' ? call.user : userOf(spec)
      const { allowed, reason } = await authorizer.authorize(attributesOf(spec, user))
      const evaluationError = selectorProblems(spec)
      const status = {
        allowed,
        ...(reason === '' ? {} : { reason }),
        ...(evaluationError === '' ? {} : { evaluationError }),
      }
      return { ...review, spec, status } satisfies KubeObject
    },
  }
}

function userOf({ user = '', uid, groups = [], extra }: AccessSpec): UserInfo {
  return { name: user, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }
}

function attributesOf({ resourceAttributes, nonResourceAttributes = {} }: AccessSpec, user: UserInfo) {
  const none = { group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path: '', verb: '' }
  if (!resourceAttributes) return { ...none, ...nonResourceAttributes, user, isResourceRequest: false }
  const { fieldSelector: _f, labelSelector: _l, ...given } = resourceAttributes
  const version = given.version || '*'
  return { ...none, ...given, version, user, isResourceRequest: true } satisfies AuthorizationAttributes
}

/** Roles know nothing of selectors; still it is said when one could not have been looked at. */
function selectorProblems({ resourceAttributes = {} }: AccessSpec): string {
  const { fieldSelector = {}, labelSelector = {} } = resourceAttributes
  return [
    ...problemsOf('fieldSelector', fieldSelector, parseFieldSelector, isKnownFieldRequirement),
    ...problemsOf('labelSelector', labelSelector, parseLabelSelector, isKnownLabelRequirement),
  ].join('; ')
}

function problemsOf(
  name: string,
  { rawSelector, requirements = [] }: SelectorAttributes,
  parse: (text: string) => unknown,
  isKnown: (requirement: Requirement) => boolean,
): string[] {
  const known = requirements.filter(isKnown).length
  const bad = requirements.length > 0 ? known < requirements.length : !!rawSelector && !parses(parse, rawSelector)
  const how = known > 0 ? 'partially ignored' : 'ignored'
  return bad ? [`spec.resourceAttributes.${name} ${how} due to parse error`] : []
}

function parses(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

const isKnownFieldRequirement = ({ operator, values = [] }: Requirement) =>
  values.length === 1 && (operator === 'In' || operator === 'NotIn')

const isKnownLabelRequirement = ({ operator = '' }: Requirement) =>
  ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(operator)
