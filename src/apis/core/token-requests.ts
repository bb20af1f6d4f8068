import type { ComputedVerbs } from '../../registry/computed-verbs.js'
import type { CustomSubresource } from '../../registry/definition.js'
import { defineResource } from '../define-resource.js'
import { TypeDefaulter } from '../type-defaults.js'

const kind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }
const facts = { ...kind, name: 'tokenrequests', singular: 'tokenrequest' }
const defaulter = new TypeDefaulter({ 'authentication.v1.TokenRequestSpec': { fields: { expirationSeconds: 3600 } } })

/** `serviceaccounts/<name>/token`; `verbs` makes the token. */
export function tokenSubresource(verbs: ComputedVerbs): CustomSubresource {
  return { kind, creates: defineResource([facts], { verbs }, defaulter), methods: {} }
}
