import { type FieldError, fieldError } from '../../meta/field-error.js'
import { networkOf, parseCidr } from '../../meta/ip-address.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { formatSelector, type SelectorObject, validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkPortNumber, each, invalidBy, portNameErrors } from '../field-checks.js'
import { checkCidr, cidrWarnings } from '../ip-checks.js'

interface Spec {
  readonly podSelector?: SelectorObject
  readonly policyTypes?: readonly string[]
  readonly ingress?: readonly Rule[]
  readonly egress?: readonly Rule[]
}

interface Rule {
  readonly ports?: readonly Port[]
  /** Of ingress. */
  readonly from?: readonly Peer[]
  /** Of egress. */
  readonly to?: readonly Peer[]
}

interface Port {
  readonly protocol?: string
  readonly port?: number | string
  readonly endPort?: number
}

interface Peer {
  readonly podSelector?: SelectorObject
  readonly namespaceSelector?: SelectorObject
  readonly ipBlock?: IpBlock
}

interface IpBlock {
  readonly cidr: string
  readonly except?: readonly string[]
}

const specOf = (object: KubeObject) => (object.spec ?? {}) as Spec
const directions = ['Ingress', 'Egress']
const protocols = ['TCP', 'UDP', 'SCTP']

/** networking.k8s.io/v1 NetworkPolicy. */
export const networkPolicies: BuiltinKind = {
  defaults: {
    'networking.v1.NetworkPolicyPort': { fields: { protocol: 'TCP' } },
    'networking.v1.NetworkPolicySpec': { set: setPolicyTypes },
  },
  strategy: {
    validate: (policy, update) => validateSpec(specOf(policy), update ? cidrsOf(specOf(update.old)) : []),
    warnings: (policy) =>
      blocksOf(specOf(policy)).flatMap(({ block, path }) => [
        ...cidrWarnings(block.cidr, `${path}.cidr`),
        ...(block.except ?? []).flatMap((cidr, i) => cidrWarnings(cidr, `${path}.except[${i}]`)),
      ]),
  },
  cells: { 'Pod-Selector': (policy) => formatSelector(specOf(policy).podSelector) || '<none>', Age: age },
}

/** A policy is about what comes in, and about what goes out where it has rules for that. */
function setPolicyTypes(spec: JsonObject): void {
  if (Array.isArray(spec.policyTypes) && spec.policyTypes.length > 0) return
  const hasEgress = Array.isArray(spec.egress) && spec.egress.length > 0
  spec.policyTypes = hasEgress ? directions : ['Ingress']
}

function validateSpec({ podSelector = {}, policyTypes = [], ingress, egress }: Spec, before: string[]): FieldError[] {
  const checkRule = (rule: Rule, path: string) => [
    ...each(rule.ports, `${path}.ports`, validatePort),
    ...each(rule.from, `${path}.from`, (peer, at) => validatePeer(peer, at, before)),
    ...each(rule.to, `${path}.to`, (peer, at) => validatePeer(peer, at, before)),
  ]
  const path = 'spec.policyTypes'
  const why = 'may not specify more than two policyTypes'
  return [
    ...validateSelector(podSelector, 'spec.podSelector'),
    ...each(ingress, 'spec.ingress', checkRule),
    ...each(egress, 'spec.egress', checkRule),
    ...(policyTypes.length > directions.length ? [fieldError.invalid(path, policyTypes, why)] : []),
    ...each(policyTypes, path, (type, at) =>
      directions.includes(type) ? [] : [fieldError.notSupported(at, type, directions)],
    ),
  ]
}

function validatePort({ protocol, port, endPort }: Port, path: string): FieldError[] {
  const found: FieldError[] = []
  if (protocol !== undefined && !protocols.includes(protocol)) {
    found.push(fieldError.notSupported(`${path}.protocol`, protocol, protocols))
  }
  const wrongEnd = (value: unknown, why: string) => found.push(fieldError.invalid(`${path}.endPort`, value, why))
  if (port === undefined) {
    if (endPort !== undefined) wrongEnd(endPort, 'may not be specified when `port` is not specified')
  } else if (typeof port === 'string') {
    if (endPort !== undefined) wrongEnd(endPort, 'may not be specified when `port` is non-numeric')
    found.push(...invalidBy(`${path}.port`, port, portNameErrors(port)))
  } else {
    found.push(...checkPortNumber(port, `${path}.port`))
    // Upstream shows the first port here.
    if (endPort !== undefined && endPort < port) wrongEnd(port, 'must be greater than or equal to `port`')
    if (endPort !== undefined) found.push(...checkPortNumber(endPort, `${path}.endPort`))
  }
  return found
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: Peer, path: string, before: string[]): FieldError[] {
  const found: FieldError[] = []
  if (podSelector) found.push(...validateSelector(podSelector, `${path}.podSelector`))
  if (namespaceSelector) found.push(...validateSelector(namespaceSelector, `${path}.namespaceSelector`))
  if (ipBlock) found.push(...validateBlock(ipBlock, `${path}.ipBlock`, before))
  if (!podSelector && !namespaceSelector && !ipBlock) found.push(fieldError.required(path, 'must specify a peer'))
  if (ipBlock && (podSelector || namespaceSelector)) {
    found.push(fieldError.forbidden(path, 'may not specify both ipBlock and another peer'))
  }
  return found
}

function validateBlock({ cidr, except = [] }: IpBlock, path: string, before: readonly string[]): FieldError[] {
  const found = cidr === '' ? [fieldError.required(`${path}.cidr`)] : checkCidr(cidr, `${path}.cidr`, before)
  const whole = parseCidr(cidr)
  if (!whole) return found
  return [
    ...found,
    ...each(except, `${path}.except`, (text, at) => {
      const part = parseCidr(text)
      const wrong = checkCidr(text, at, before)
      if (!part) return wrong
      const masked = networkOf({ address: part.address, prefix: whole.prefix }).bytes.join()
      const isWithin = part.prefix > whole.prefix && masked === networkOf(whole).bytes.join()
      return isWithin ? wrong : [...wrong, fieldError.invalid(at, text, 'must be a strict subset of `cidr`')]
    }),
  ]
}

function blocksOf({ ingress = [], egress = [] }: Spec): { block: IpBlock; path: string }[] {
  const rules = [
    ...ingress.map(({ from }, i) => ({ peers: from ?? [], path: `spec.ingress[${i}].from` })),
    ...egress.map(({ to }, i) => ({ peers: to ?? [], path: `spec.egress[${i}].to` })),
  ]
  return rules.flatMap(({ peers, path }) =>
    peers.flatMap(({ ipBlock }, i) => (ipBlock ? [{ block: ipBlock, path: `${path}[${i}].ipBlock` }] : [])),
  )
}

function cidrsOf(spec: Spec): string[] {
  return blocksOf(spec).flatMap(({ block }) => [block.cidr, ...(block.except ?? [])])
}
