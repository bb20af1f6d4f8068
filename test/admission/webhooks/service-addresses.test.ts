import { expect, it } from 'vitest'
import { serviceAddresses } from '../../../src/server/service-addresses.js'
import { encodeStored } from '../../../src/store/encode.js'

const metadata = { name: 'hook', namespace: 'ns' }
const service = (spec: unknown) => ({ apiVersion: 'v1', kind: 'Service', metadata, spec })
const ports = [
  { name: 'http', port: 80 },
  { name: 'https', port: 443 },
]

function slice(owner: string, endpoints: readonly unknown[]) {
  const labels = { 'kubernetes.io/service-name': owner }
  return {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: owner, namespace: 'ns', labels } },
    ports: [{ name: 'https', port: 8443 }],
    endpoints,
  }
}

function addresses(found: object | undefined, slices: readonly object[]) {
  const stored = (object: object) => encodeStored('key', 1, object as Parameters<typeof encodeStored>[2])
  return serviceAddresses({ peek: () => found && stored(found), peekAll: () => slices.map(stored) })
}

it('takes endpoints that are ready, of the port by its name, in turn', () => {
  const own = slice('hook', [
    { addresses: ['10.0.0.1'] },
    { addresses: ['10.0.0.2'], conditions: { ready: false } },
    { addresses: ['10.0.0.3'], conditions: { ready: true } },
  ])
  const known = addresses(service({ ports }), [slice('other', [{ addresses: ['10.0.0.9'] }]), own])
  const hosts = [1, 2, 3].map(() => known.resolve('ns', 'hook', 443))
  expect(hosts).toEqual(['10.0.0.1', '10.0.0.3', '10.0.0.1'].map((host) => ({ host, port: 8443 })))
})

it('takes the name of an ExternalName', () => {
  const known = addresses(service({ type: 'ExternalName', externalName: 'hooks.example.com' }), [])
  expect(known.resolve('ns', 'hook', 9443)).toEqual({ host: 'hooks.example.com', port: 9443 })
})

it.each([
  ['service "hook" not found', undefined, 443],
  ['no service port 444 found for service "hook"', service({ ports }), 444],
  ['no endpoints available for service "hook"', service({ ports }), 443],
])('%s', (why, found, port) => {
  expect(() => addresses(found, []).resolve('ns', 'hook', port)).toThrow(why)
})
