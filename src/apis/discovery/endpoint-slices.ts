import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseIpAddress } from '../../meta/ip-address.js'
import { labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, listCell } from '../cells.js'
import { checkChoice, checkImmutable, each, invalidBy } from '../field-checks.js'
import { checkEndpointIp, checkIp, ipWarnings } from '../ip-checks.js'

interface EndpointSlice extends KubeObject {
  readonly addressType?: string
  readonly endpoints?: readonly Endpoint[]
  readonly ports?: readonly Port[]
}

interface Endpoint {
  readonly addresses?: readonly string[]
  readonly hostname?: string
  readonly nodeName?: string
  readonly hints?: {
    readonly forZones?: readonly { readonly name: string }[]
    readonly forNodes?: readonly { readonly name: string }[]
  }
}

interface Port {
  readonly name?: string
  readonly port?: number
  readonly protocol?: string
  readonly appProtocol?: string
}

const asSlice = (object: KubeObject) => object as EndpointSlice
const addressTypes = ['FQDN', 'IPv4', 'IPv6']
const protocols = ['SCTP', 'TCP', 'UDP']
const [maxEndpoints, maxPorts, maxAddresses, maxHints] = [1000, 20_000, 100, 8]
const shown = 3

/** discovery.k8s.io/v1 EndpointSlice. */
export const endpointSlices: BuiltinKind = {
  defaults: {
    'discovery.v1.EndpointPort': { fields: { name: '', protocol: 'TCP' } },
  },
  strategy: {
    prepareForCreate: dropTopology,
    prepareForUpdate: (slice, old) => {
      dropTopology(slice)
      // Labels count too: kube-proxy acts on them.
      const labels = ({ metadata }: KubeObject) => JSON.stringify(Object.entries(metadata.labels ?? {}).sort())
      if (labels(slice) !== labels(old)) slice.metadata.generation = (old.metadata.generation ?? 0) + 1
    },
    validate: (slice, update) => validateSlice(asSlice(slice), update ? asSlice(update.old) : undefined),
    validateUpdate: (slice, old) =>
      checkImmutable(asSlice(slice).addressType ?? '', asSlice(old).addressType, 'addressType'),
    warnings: (slice) =>
      asSlice(slice).addressType === 'FQDN'
        ? ['FQDN endpoints are deprecated']
        : (asSlice(slice).endpoints ?? []).flatMap(({ addresses = [] }, i) =>
            addresses.flatMap((ip, j) => ipWarnings(ip, `endpoints[${i}].addresses[${j}]`)),
          ),
  },
  cells: {
    AddressType: (slice) => asSlice(slice).addressType ?? '',
    Ports: (slice) =>
      listCell(
        (asSlice(slice).ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port))),
        shown,
        '<unset>',
      ),
    Endpoints: (slice) =>
      listCell(
        (asSlice(slice).endpoints ?? []).flatMap(({ addresses = [] }) => addresses),
        shown,
        '<unset>',
      ),
    Age: age,
  },
}

/** Of an older version; nothing else may be said there. */
function dropTopology(slice: KubeObject): void {
  for (const endpoint of (slice.endpoints ?? []) as JsonObject[]) delete endpoint.deprecatedTopology
}

function validateSlice(slice: EndpointSlice, old: EndpointSlice | undefined): FieldError[] {
  const { addressType = '', endpoints = [], ports = [] } = slice
  const found =
    addressType === '' ? [fieldError.required('addressType')] : checkChoice(addressType, addressTypes, 'addressType')
  const before = (old?.endpoints ?? []).flatMap(({ addresses = [] }) => addresses)
  if (endpoints.length > maxEndpoints) found.push(fieldError.tooMany('endpoints', endpoints.length, maxEndpoints))
  else
    found.push(
      ...each(endpoints, 'endpoints', (endpoint, path) => validateEndpoint(endpoint, addressType, path, before)),
    )
  if (ports.length > maxPorts) return [...found, fieldError.tooMany('ports', ports.length, maxPorts)]
  const names = ports.map(({ name = '' }) => name)
  return [
    ...found,
    ...each(ports, 'ports', ({ name = '', protocol, appProtocol }, path, i) => {
      const wrong = name === '' ? [] : invalidBy(`${path}.name`, name, labelErrors(name))
      if (names.indexOf(name) < i) wrong.push(fieldError.duplicate(`${path}.name`, name))
      if (protocol === undefined) wrong.push(fieldError.required(`${path}.protocol`))
      wrong.push(...checkChoice(protocol, protocols, `${path}.protocol`))
      if (appProtocol === undefined) return wrong
      return [...wrong, ...invalidBy(`${path}.appProtocol`, appProtocol, qualifiedNameErrors(appProtocol))]
    }),
  ]
}

function validateEndpoint(endpoint: Endpoint, type: string, path: string, before: readonly string[]): FieldError[] {
  const { addresses = [], hostname, nodeName, hints = {} } = endpoint
  const at = `${path}.addresses`
  const found: FieldError[] = []
  if (addresses.length === 0) found.push(fieldError.required(at, 'must contain at least 1 address'))
  if (addresses.length > maxAddresses) found.push(fieldError.tooMany(at, addresses.length, maxAddresses))
  else found.push(...each(addresses, at, (address, p) => validateAddress(address, type, p, before)))
  if (nodeName !== undefined) found.push(...invalidBy(`${path}.nodeName`, nodeName, subdomainErrors(nodeName)))
  if (hostname !== undefined) found.push(...invalidBy(`${path}.hostname`, hostname, labelErrors(hostname)))
  return [
    ...found,
    ...validateHints(hints.forZones, `${path}.hints.forZones`, labelValueErrors),
    ...validateHints(hints.forNodes, `${path}.hints.forNodes`, subdomainErrors),
  ]
}

function validateAddress(address: string, type: string, path: string, before: readonly string[]): FieldError[] {
  if (type === 'FQDN') {
    const found = invalidBy(path, address, subdomainErrors(address))
    const short = found.length === 0 && !address.includes('.')
    return short
      ? [fieldError.invalid(path, address, 'should be a domain with at least two segments separated by dots')]
      : found
  }
  if (type !== 'IPv4' && type !== 'IPv6') return []
  if (before.includes(address)) return []
  const found = checkIp(address, path)
  const ip = parseIpAddress(address)
  if (!ip) return found
  const isRight = (ip.bytes.length === 16) === (type === 'IPv6')
  if (!isRight) found.push(fieldError.invalid(path, address, `must be a valid ${type} address`))
  return [...found, ...checkEndpointIp(address, path)]
}

function validateHints(
  hints: readonly { readonly name: string }[] = [],
  path: string,
  errors: (name: string) => string[],
): FieldError[] {
  if (hints.length > maxHints) return [fieldError.tooMany(path, hints.length, maxHints)]
  const names = hints.map(({ name }) => name)
  return each(hints, path, ({ name }, at, i) => {
    const again = names.indexOf(name) < i
    return [
      ...(again ? [fieldError.duplicate(`${at}.name`, name)] : []),
      ...invalidBy(`${at}.name`, name, errors(name)),
    ]
  })
}
