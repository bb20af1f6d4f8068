import { quoteGo } from '../meta/go-quote.js'
import { errors, type StatusError } from '../meta/status.js'
import type { AuthorizationAttributes } from '../registry/authorizer.js'

/** The 403 of a denied request, in upstream's words (API-SEMANTICS E06); `reason` is the authorizer's, often empty. */
export function forbiddenError(attributes: AuthorizationAttributes, reason: string): StatusError {
  const { group, resource, name } = attributes
  // What the client sent comes back: escaped, in case somebody shows the message in a page (E15).
  const denial = describe(attributes).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const why = reason === '' ? denial : `${denial}: ${reason}`
  return attributes.isResourceRequest ? errors.forbidden({ group, resource }, name, why) : errors.forbiddenPath(why)
}

function describe(attributes: AuthorizationAttributes): string {
  const { user, verb, group, subresource, namespace } = attributes
  const who = `User ${quoteGo(user.name)} cannot ${verb}`
  if (!attributes.isResourceRequest) return `${who} path ${quoteGo(attributes.path)}`
  const resource = subresource === '' ? attributes.resource : `${attributes.resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quoteGo(namespace)}`
  return `${who} resource ${quoteGo(resource)} in API group ${quoteGo(group)} ${where}`
}
