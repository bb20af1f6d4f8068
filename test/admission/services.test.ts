import { describe, expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { startAgain, startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'

/** Ranges so small that they can be used up: 6 addresses, of which `kubernetes` has the first; 4 ports. */
const ranges = ['--service-cluster-ip-range=10.9.0.0/29', '--service-node-port-range=31000-31003']
const ips = ['10.9.0.2', '10.9.0.3', '10.9.0.4', '10.9.0.5', '10.9.0.6']
const nodePorts = [31000, 31001, 31002, 31003]

interface Service extends KubeObject {
  spec: {
    type: string
    clusterIP?: string
    clusterIPs?: string[]
    healthCheckNodePort?: number
    ports: { name: string; port: number; protocol: string; nodePort?: number }[]
  }
}

const it = base.extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
  const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, ...ranges] })
  onCleanup(async () => {
    await server.stop()
  })
  await eventually('kubernetes is there', async () => {
    return (await server.api.get('/api/v1/namespaces/default/services/kubernetes')).status === 200
  })
  return server
})

const port = (number: number, more: object = {}) => ({ name: `p${number}`, port: number, ...more })
const service = (name: string, spec: object = {}) => ({ metadata: { name }, spec: { ports: [port(80)], ...spec } })
const pathIn = (namespace: string) => `/api/v1/namespaces/${namespace}/services`

it.aroundEach(async (run, { api, namespace }) => {
  await run()
  for (const { metadata } of (await api.get(pathIn(namespace))).json<ListBody>().items) {
    await api.delete(`${pathIn(namespace)}/${metadata.name}`)
  }
})

describe('the Service kubernetes', () => {
  it('is there, at the first address, and is made again', async ({ api, server }) => {
    const path = `${pathIn('default')}/kubernetes`
    const first = done<Service>(await api.get(path))
    const targetPort = Number(new URL(server.secureUrl).port)
    expect(first).toMatchObject({
      metadata: { labels: { provider: 'kubernetes', component: 'apiserver' } },
      spec: { clusterIP: '10.9.0.1', clusterIPs: ['10.9.0.1'], ports: [{ name: 'https', port: 443, targetPort }] },
    })
    done(await api.delete(path))
    const again = await eventually('it is back', async () => {
      const answer = await api.get(path)
      return answer.status === 200 && answer.json<Service>()
    })
    expect(again.metadata.uid).not.toBe(first.metadata.uid)
    expect(again.spec.clusterIP).toBe('10.9.0.1')
  })

  it('has an EndpointSlice where the machine has an address', async ({ api }) => {
    const [slice] = (
      await api.get(
        '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io/service-name%3Dkubernetes',
      )
    ).json<ListBody>().items
    if (slice) expect(slice).toMatchObject({ addressType: 'IPv4', ports: [{ name: 'https', protocol: 'TCP' }] })
  })
})

describe('the ServiceCIDR kubernetes', () => {
  const path = '/apis/networking.k8s.io/v1/servicecidrs'
  const ready = async (api: HttpClient) =>
    eventually('it is ready', async () => {
      const answer = await api.get(`${path}/kubernetes`)
      return answer.status === 200 && answer.text.includes('is ready') && answer.json<KubeObject>()
    })

  it('says what range addresses come from, and is made again', async ({ api }) => {
    const cidr = await ready(api)
    expect(cidr).toMatchObject({
      spec: { cidrs: ['10.9.0.0/29'] },
      status: { conditions: [{ type: 'Ready', status: 'True', reason: '' }] },
    })
    const writers = cidr.metadata.managedFields?.map(({ manager, operation, subresource }) => [
      manager,
      operation,
      subresource,
    ])
    expect(writers).toEqual([
      ['kubernetes-service-cidr-controller', 'Apply', 'status'],
      ['kube-apiserver', 'Update', undefined],
    ])
    done(await api.delete(`${path}/kubernetes`))
    expect((await ready(api)).metadata.uid).not.toBe(cidr.metadata.uid)
  })

  it('is of others too', async ({ api }) => {
    const other = { metadata: { name: 'other' }, spec: { cidrs: ['10.9.0.0/29'] } }
    expect(created(await api.post(path, other))).toMatchObject({ ...other, status: {} })
    done(await api.delete(`${path}/other`))
  })
})

describe('addresses of Services', () => {
  it('are given from the range, one each, until it is full', async ({ api, namespace }) => {
    const given = await Promise.all(
      ips.map(async (_, i) => created<Service>(await api.post(pathIn(namespace), service(`s${i}`))).spec),
    )
    expect(given.map(({ clusterIP }) => clusterIP).sort()).toEqual(ips)
    for (const { clusterIP, clusterIPs } of given) expect(clusterIPs).toEqual([clusterIP])
    const full = await api.post(pathIn(namespace), service('more'))
    expect(full.json()).toMatchObject({
      code: 500,
      reason: 'InternalError',
      message: 'Internal error occurred: failed to allocate a serviceIP for Service "more": range is full',
    })
    done(await api.delete(`${pathIn(namespace)}/s3`))
    const { spec } = created<Service>(await api.post(pathIn(namespace), service('more')))
    expect(spec.clusterIP).toBe(given[3]?.clusterIP)
  })

  it('can be asked for, unless they are taken or out of range', async ({ api, namespace }) => {
    const ask = (name: string, clusterIP: string) => api.post(pathIn(namespace), service(name, { clusterIP }))
    expect(created<Service>(await ask('a', '10.9.0.4')).spec.clusterIPs).toEqual(['10.9.0.4'])
    for (const [ip, why] of [
      ['10.9.0.4', 'provided IP is already allocated'],
      ['10.9.0.1', 'provided IP is already allocated'],
      ['10.9.0.7', 'the provided network does not match the current range'],
      ['192.0.2.1', 'the provided network does not match the current range'],
    ] as const) {
      const answer = await ask('b', ip)
      expect(answer.json()).toMatchObject({
        code: 422,
        message: `Service "b" is invalid: spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: ${why}`,
        details: { causes: [{ reason: 'FieldValueInvalid', field: 'spec.clusterIPs' }] },
      })
    }
  })

  it('are not given to those that want none, nor by a dry run or a write that fails', async ({ api, namespace }) => {
    const path = pathIn(namespace)
    expect(created<Service>(await api.post(path, service('h', { clusterIP: 'None' }))).spec.clusterIP).toBe('None')
    const external = { type: 'ExternalName', externalName: 'example.com', ports: undefined }
    expect(created<Service>(await api.post(path, service('e', external))).spec.clusterIP).toBeUndefined()
    for (let i = 0; i < 8; i++) {
      created(await api.post(`${path}?dryRun=All`, service('dry')))
      expect((await api.post(path, service('h'))).status).toBe(409)
      expect((await api.post(path, service('Bad_Name'))).status).toBe(422)
    }
    const given = await Promise.all(ips.map(async (_, i) => (await api.post(path, service(`s${i}`))).status))
    expect(given).toEqual(ips.map(() => 201))
  })

  it('stay over changes, and come and go with the type', async ({ api, namespace }) => {
    const path = `${pathIn(namespace)}/a`
    const { spec } = created<Service>(await api.post(pathIn(namespace), service('a')))
    const changed = done<Service>(await api.patch(path, { spec: { ports: [port(81)] } }))
    expect(changed.spec.clusterIP).toBe(spec.clusterIP)
    const external = { type: 'ExternalName', externalName: 'example.com', clusterIP: null, clusterIPs: null }
    expect(done<Service>(await api.patch(path, { spec: external })).spec.clusterIP).toBeUndefined()
    const other = service('b', { clusterIP: spec.clusterIP })
    await eventually('it is free', async () => (await api.post(pathIn(namespace), other)).status === 201)
    const back = done<Service>(await api.patch(path, { spec: { type: 'ClusterIP', externalName: null } }))
    expect(ips).toContain(back.spec.clusterIP)
    expect(back.spec.clusterIP).not.toBe(spec.clusterIP)
  })
})

describe('node ports of Services', () => {
  it('are given to each port, asked for, shared by protocols and released', async ({ api, namespace }) => {
    const path = pathIn(namespace)
    const dns = [
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'tcp', port: 53, protocol: 'TCP' },
    ]
    const both = created<Service>(await api.post(path, service('both', { type: 'NodePort', ports: dns })))
    const [shared] = both.spec.ports.map(({ nodePort }) => nodePort)
    expect(nodePorts).toContain(shared)
    expect(both.spec.ports.map(({ nodePort }) => nodePort)).toEqual([shared, shared])
    const ask = (name: string, nodePort: number) =>
      api.post(path, service(name, { type: 'NodePort', ports: [port(80, { nodePort })] }))
    for (const [nodePort, why] of [
      [shared ?? 0, 'provided port is already allocated'],
      [30999, 'provided port is not in the valid range. The range of valid ports is 31000-31003'],
    ] as const) {
      expect((await ask('x', nodePort)).json()).toMatchObject({
        code: 422,
        message: `Service "x" is invalid: spec.ports[0].nodePort: Invalid value: ${nodePort}: ${why}`,
      })
    }
    const three = service('three', { type: 'LoadBalancer', ports: [port(1), port(2), port(3)] })
    const { spec } = created<Service>(await api.post(path, three))
    expect([shared, ...spec.ports.map(({ nodePort }) => nodePort)].sort()).toEqual(nodePorts)
    expect((await api.post(path, service('y', { type: 'NodePort' }))).json()).toMatchObject({
      code: 500,
      message: 'Internal error occurred: failed to allocate a nodePort: range is full',
    })
    done(await api.delete(`${path}/both`))
    expect(created<Service>(await ask('x', shared ?? 0)).spec.ports[0]?.nodePort).toBe(shared)
  })

  it('come with the type NodePort; load balancers can do without, and may need one more', async ({
    api,
    namespace,
  }) => {
    const path = pathIn(namespace)
    created(await api.post(path, service('a')))
    const typed = done<Service>(await api.patch(`${path}/a`, { spec: { type: 'NodePort' } }))
    expect(nodePorts).toContain(typed.spec.ports[0]?.nodePort)
    const without = service('lb', { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false })
    expect(created<Service>(await api.post(path, without)).spec.ports[0]?.nodePort).toBeUndefined()
    const local = service('local', { type: 'LoadBalancer', externalTrafficPolicy: 'Local' })
    const { spec } = created<Service>(await api.post(path, local))
    expect(nodePorts).toContain(spec.healthCheckNodePort)
    expect(spec.healthCheckNodePort).not.toBe(spec.ports[0]?.nodePort)
  })
})

it('what Services have stays theirs over a restart', async () => {
  const first = await startServer({ args: ranges })
  const path = pathIn('default')
  const { spec } = created<Service>(await first.api.post(path, service('a', { type: 'NodePort' })))
  await first.kill()
  const second = await startAgain(first, { args: ranges })
  expect(done<Service>(await second.api.get(`${path}/a`)).spec).toEqual(spec)
  const taken = await second.api.post(path, service('b', { clusterIP: spec.clusterIP }))
  expect(taken.text).toContain('provided IP is already allocated')
  const [{ nodePort } = {}] = spec.ports
  const portTaken = await second.api.post(path, service('b', { type: 'NodePort', ports: [port(80, { nodePort })] }))
  expect(portTaken.text).toContain('provided port is already allocated')
  await second.stop()
})
