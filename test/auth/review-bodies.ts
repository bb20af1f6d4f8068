export const authorization = '/apis/authorization.k8s.io/v1'
export const authentication = '/apis/authentication.k8s.io/v1'
export const review = (group: string, kind: string, spec?: object, more: object = {}) => ({
  apiVersion: `${group}.k8s.io/v1`,
  kind,
  ...(spec ? { spec } : {}),
  ...more,
})
export const access = (kind: string, spec: object, more?: object) => review('authorization', kind, spec, more)
export const self = (spec: object, more?: object) => access('SelfSubjectAccessReview', spec, more)
export const pods = { verb: 'get', resource: 'pods' }
export const local = `${authorization}/namespaces/default/localsubjectaccessreviews`
const invalid = (field: string, text: string) => `.authorization.k8s.io "" is invalid: ${field}: ${text}`
/** What is asked of reviews in vain, and what is said of it. */
export const refusals: [name: string, path: string, body: object, code: number, message: string][] = [
  [
    'no token',
    `${authentication}/tokenreviews`,
    review('authentication', 'TokenReview', {}),
    400,
    'token is required for TokenReview in authentication',
  ],
  [
    'no namespace',
    `${authorization}/selfsubjectrulesreviews`,
    access('SelfSubjectRulesReview', {}),
    400,
    'no namespace on request',
  ],
  [
    'nothing asked',
    `${authorization}/selfsubjectaccessreviews`,
    self({}),
    422,
    invalid(
      'spec.resourceAttributes',
      'Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
    ),
  ],
  [
    'two things asked',
    `${authorization}/selfsubjectaccessreviews`,
    self({ resourceAttributes: pods, nonResourceAttributes: { path: '/x', verb: 'get' } }),
    422,
    invalid(
      'spec.nonResourceAttributes',
      'Invalid value: {"Path":"/x","Verb":"get"}: cannot be specified in combination with resourceAttributes',
    ),
  ],
  [
    'about nobody',
    `${authorization}/subjectaccessreviews`,
    access('SubjectAccessReview', { resourceAttributes: pods }),
    422,
    invalid('spec.user', 'Invalid value: "": at least one of user or group must be specified'),
  ],
  [
    'about no namespace, in one',
    local,
    access('LocalSubjectAccessReview', { user: 'bob', resourceAttributes: pods }),
    422,
    invalid('spec.resourceAttributes.namespace', 'Invalid value: "": must match metadata.namespace'),
  ],
  [
    'about a path, in a namespace',
    local,
    access('LocalSubjectAccessReview', { user: 'bob', nonResourceAttributes: { path: '/x', verb: 'get' } }),
    422,
    invalid(
      'spec.nonResourceAttributes',
      'Invalid value: {"Path":"/x","Verb":"get"}: disallowed on this kind of request',
    ),
  ],
  [
    'of another namespace than the path',
    local,
    access('LocalSubjectAccessReview', { user: 'bob', resourceAttributes: pods }, { metadata: { namespace: 'x' } }),
    400,
    'the namespace of the provided object does not match the namespace sent on the request',
  ],
]
