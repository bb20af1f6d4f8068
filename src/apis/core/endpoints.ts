import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors, qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, listCell } from '../cells.js'
import { checkOneOf, checkPortNumber, each, invalidBy } from '../field-checks.js'
import { checkEndpointIp, checkIp, ipWarnings } from '../ip-checks.js'

interface Endpoints extends KubeObject {
  readonly subsets?: readonly Subset[]
}

interface Subset {
  readonly addresses?: readonly Address[]
  readonly notReadyAddresses?: readonly Address[]
  readonly ports?: readonly Port[]
}

interface Address {
  readonly ip: string
  readonly hostname?: string
  readonly nodeName?: string
}

interface Port {
  readonly name?: string
  readonly port: number
  readonly protocol?: string
  readonly appProtocol?: string
}

const asEndpoints = (object: KubeObject) => object as Endpoints
const protocols = ['SCTP', 'TCP', 'UDP']
const shownAddresses = 3

/** core/v1 Endpoints, which EndpointSlices have replaced. */
export const endpoints: BuiltinKind = {
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults: { 'core.v1.EndpointPort': { fields: { protocol: 'TCP' } } },
  strategy: {
    validate: (object, update) => {
      const before = (update ? asEndpoints(update.old).subsets : [])?.flatMap(addressesOf).map(({ ip }) => ip)
      return each(asEndpoints(object).subsets, 'subsets', (subset, path) => validateSubset(subset, path, before ?? []))
    },
    warnings: (object) =>
      (asEndpoints(object).subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }, i) =>
        Object.entries({ addresses, notReadyAddresses }).flatMap(([field, list]) =>
          list.flatMap(({ ip }, j) => ipWarnings(ip, `subsets[${i}].${field}[${j}].ip`)),
        ),
      ),
  },
  cells: {
    Endpoints: (object) => {
      const { subsets = [] } = asEndpoints(object)
      if (subsets.length === 0) return '<none>'
      return listCell(subsets.flatMap(hostPorts), shownAddresses)
    },
    Age: age,
  },
}

function addressesOf({ addresses = [], notReadyAddresses = [] }: Subset): Address[] {
  return [...addresses, ...notReadyAddresses]
}

function hostPorts({ addresses = [], ports = [] }: Subset): string[] {
  if (ports.length === 0) return addresses.map(({ ip }) => ip)
  return ports.flatMap(({ port }) =>
    addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)),
  )
}

function validateSubset(subset: Subset, path: string, before: readonly string[]): FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  const found: FieldError[] = []
  if (addresses.length + notReadyAddresses.length === 0) {
    found.push(fieldError.required(path, 'must specify `addresses` or `notReadyAddresses`'))
  }
  const checkAddress = ({ ip, hostname, nodeName }: Address, at: string) => [
    ...checkIp(ip, `${at}.ip`, before),
    ...(hostname ? invalidBy(`${at}.hostname`, hostname, labelErrors(hostname)) : []),
    ...(nodeName === undefined ? [] : invalidBy(`${at}.nodeName`, nodeName, subdomainErrors(nodeName))),
    ...checkEndpointIp(ip, `${at}.ip`),
  ]
  return [
    ...found,
    ...each(addresses, `${path}.addresses`, checkAddress),
    ...each(notReadyAddresses, `${path}.notReadyAddresses`, checkAddress),
    ...each(ports, `${path}.ports`, (port, at) => validatePort(port, ports.length > 1, at)),
  ]
}

function validatePort({ name, port, protocol, appProtocol }: Port, named: boolean, path: string): FieldError[] {
  return [
    ...(named && !name ? [fieldError.required(`${path}.name`)] : []),
    ...(name ? invalidBy(`${path}.name`, name, labelErrors(name)) : []),
    ...checkPortNumber(port, `${path}.port`),
    ...checkOneOf(protocol, protocols, `${path}.protocol`),
    ...(appProtocol === undefined
      ? []
      : invalidBy(`${path}.appProtocol`, appProtocol, qualifiedNameErrors(appProtocol))),
  ]
}
