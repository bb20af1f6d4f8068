import type { RequestedNames } from '../../meta/requested-names.js'

const nodes = 'system:nodes'
const node = 'system:node:'

/**
 * Why a request is none that a kubelet's certificate for clients may come of; undefined: it may (upstream's
 * ValidateKubeletClientCSR, word for word).
 */
export function kubeletClientFault(names: RequestedNames, usages: readonly string[]): string | undefined {
  if (!isOfNodes(names)) return 'subject organization is not system:nodes'
  if (names.dnsNames.length > 0) return 'DNS subjectAltNames are not allowed'
  if (names.emails.length > 0) return 'Email subjectAltNames are not allowed'
  if (names.addresses.length > 0) return 'IP subjectAltNames are not allowed'
  if (names.uris.length > 0) return 'URI subjectAltNames are not allowed'
  if (!names.commonName.startsWith(node)) return `subject common name does not begin with ${node}`
  return usagesFault(usages, 'client auth')
}

/** The same of a kubelet's certificate as a server (ValidateKubeletServingCSR). */
export function kubeletServingFault(names: RequestedNames, usages: readonly string[]): string | undefined {
  if (!isOfNodes(names)) return 'subject organization is not system:nodes'
  if (names.dnsNames.length + names.addresses.length === 0) return 'DNS or IP subjectAltName is required'
  if (names.emails.length > 0) return 'Email subjectAltNames are not allowed'
  if (names.uris.length > 0) return 'URI subjectAltNames are not allowed'
  const usage = usagesFault(usages, 'server auth')
  if (usage !== undefined) return usage
  return names.commonName.startsWith(node) ? undefined : `subject common name does not begin with ${node}`
}

/** The same of a certificate for any other client. */
export function clientFault(usages: readonly string[]): string | undefined {
  const allowed = ['digital signature', 'key encipherment', 'client auth']
  const other = usages.find((usage) => !allowed.includes(usage))
  if (other !== undefined) return `invalid usage for client certificate: ${other}`
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth'
}

function isOfNodes({ organizations }: RequestedNames): boolean {
  return organizations.length === 1 && organizations[0] === nodes
}

/** Keys that are no RSA keys encipher nothing. */
function usagesFault(usages: readonly string[], needed: string): string | undefined {
  const given = new Set(usages)
  const optional = given.has('key encipherment') ? 1 : 0
  const fits = given.has(needed) && given.has('digital signature') && given.size === 2 + optional
  const all = ['digital signature', 'key encipherment', needed].sort()
  return fits ? undefined : `usages did not match [${all.join(' ')}]`
}
