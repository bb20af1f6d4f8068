import { errors } from '../meta/status.js'
import type { Client } from '../reconcile/client.js'
import type { AuthorizationAttributes, AuthorizationDecision, Authorizer } from '../registry/authorizer.js'
import { KeptAnswers } from './kept-answers.js'
import { questionTimeout } from './token-reviews.js'

interface Review {
  readonly status?: { readonly allowed?: boolean; readonly reason?: string }
}

/** Asks another server what a user may do, by a SubjectAccessReview (API-SEMANTICS A24). */
export function accessReviews(client: Client): Authorizer {
  const answers = new KeptAnswers<AuthorizationDecision>()
  return {
    authorize(attributes) {
      const spec = specOf(attributes)
      return answers.get(JSON.stringify(spec), () => review(client, spec))
    },
    rulesFor: () => ({
      resourceRules: [],
      nonResourceRules: [],
      incomplete: true,
      error: 'webhook authorizer does not support user rule resolution',
    }),
  }
}

/** @throws StatusError InternalError when there is no answer: that is neither yes nor no */
async function review(client: Client, spec: object): Promise<AuthorizationDecision> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec }
  const signal = AbortSignal.timeout(questionTimeout)
  const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
  try {
    const { status = {} } = await client.request<Review>('POST', path, { body, signal })
    return { allowed: status.allowed === true, reason: status.reason ?? '' }
  } catch (error) {
    throw errors.internal(`the access could not be reviewed: ${(error as Error).message}`)
  }
}

function specOf(attributes: AuthorizationAttributes): object {
  const { user, isResourceRequest, verb, path } = attributes
  const { name, uid, groups, extra } = user
  const who = { user: name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }
  if (!isResourceRequest) return { ...who, nonResourceAttributes: { path, verb } }
  const { namespace, group, version, resource, subresource, name: object } = attributes
  return { ...who, resourceAttributes: { namespace, verb, group, version, resource, subresource, name: object } }
}

/** Everybody may GET these, whoever decides about the rest; one that ends with `*` is a beginning. */
export function alwaysAllowPaths(paths: readonly string[]): Authorizer {
  const exact = new Set(paths.filter((path) => !path.endsWith('*')).map((path) => path.replace(/^\/*/, '/')))
  const beginnings = paths.filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1).replace(/^\/*/, '/'))
  const isOpen = (path: string) => exact.has(path) || beginnings.some((beginning) => path.startsWith(beginning))
  return {
    authorize: ({ isResourceRequest, path }) => ({ allowed: !isResourceRequest && isOpen(path), reason: '' }),
    rulesFor: () => ({
      resourceRules: [],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: paths }],
      incomplete: false,
    }),
  }
}
