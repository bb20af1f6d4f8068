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
  const who = `User ${quote(user.name)} cannot ${verb}`
  if (!attributes.isResourceRequest) return `${who} path ${quote(attributes.path)}`
  const resource = subresource === '' ? attributes.resource : `${attributes.resource}/${subresource}`
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace ${quote(namespace)}`
  return `${who} resource ${quote(resource)} in API group ${quote(group)} ${where}`
}

/** A string as Go's %q prints it. */
function quote(text: string): string {
  const named: Record<string, string> = { '07': '\\a', '0b': '\\v' }
  // Escapes are taken one by one, so that a backslash of the text's own is not taken for the start of one.
  return JSON.stringify(text).replace(/\\u00([01][0-9a-f])|\\.|\u007f/g, (found, code: string | undefined) => {
    if (found === '\u007f') return '\\x7f'
    return code === undefined ? found : (named[code] ?? `\\x${code}`)
  })
}
