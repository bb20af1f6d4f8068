import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  setHeaderOptions,
  type V1ConfigMap,
} from '@kubernetes/client-node'
import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import { type Credentials, kubeconfig } from '../support/kubectl.js'
import { startAgain, startServer, type TestServer } from '../support/server.js'
import { adminToken, test as it } from '../support/server-test.js'

function configFor(server: TestServer, credentials: Credentials = { token: adminToken }): KubeConfig {
  const config = new KubeConfig()
  config.loadFromString(JSON.stringify(kubeconfig(server, credentials)))
  // The client takes plain HTTP only from who has said that certificates don't matter.
  if (credentials === 'none') config.clusters = config.clusters.map((one) => ({ ...one, skipTLSVerify: true }))
  return config
}

/** Code and message of the Status that a call fails with. */
async function failure(call: Promise<unknown>): Promise<readonly [number, string]> {
  try {
    await call
  } catch (error) {
    if (error instanceof ApiException) {
      const status = typeof error.body === 'string' ? JSON.parse(error.body) : error.body
      return [error.code, status.message]
    }
    throw error
  }
  throw new Error('the call did not fail')
}

const configMap = (name: string, data: Record<string, string> = {}): V1ConfigMap => ({ metadata: { name }, data })

describe.for([
  ['over HTTPS with a token', { token: adminToken }],
  ['over HTTPS with a client certificate', 'client certificate'],
  ['over plain HTTP', 'none'],
] as const satisfies [string, Credentials][])('@kubernetes/client-node %s', ([, credentials]) => {
  it('creates, reads, lists, replaces and deletes', async ({ server, namespace }) => {
    const api = configFor(server, credentials).makeApiClient(CoreV1Api)
    const made = await api.createNamespacedConfigMap({ namespace, body: configMap('c', { a: '1' }) })
    expect(made).toMatchObject({ metadata: { name: 'c', namespace }, data: { a: '1' } })
    expect(made.metadata?.creationTimestamp).toBeInstanceOf(Date)
    expect(await failure(api.createNamespacedConfigMap({ namespace, body: configMap('c') }))).toEqual([
      409,
      'configmaps "c" already exists',
    ])
    const body = { ...made, data: { a: '2' } }
    const replaced = await api.replaceNamespacedConfigMap({ namespace, name: 'c', body })
    expect(replaced.data).toEqual({ a: '2' })
    expect((await failure(api.replaceNamespacedConfigMap({ namespace, name: 'c', body })))[0]).toBe(409)
    expect(await api.readNamespacedConfigMap({ namespace, name: 'c' })).toEqual(replaced)
    const { items } = await api.listNamespacedConfigMap({ namespace, fieldSelector: 'metadata.name=c' })
    expect(items.map(({ data }) => data)).toEqual([{ a: '2' }])
    expect(await api.deleteNamespacedConfigMap({ namespace, name: 'c' })).toMatchObject({ status: 'Success' })
    expect(await failure(api.readNamespacedConfigMap({ namespace, name: 'c' }))).toEqual([
      404,
      'configmaps "c" not found',
    ])
  })
})

describe('patches of @kubernetes/client-node', () => {
  it('JSON patch, merge patch and strategic merge patch', async ({ server, namespace }) => {
    const api = configFor(server).makeApiClient(CoreV1Api)
    await api.createNamespacedConfigMap({ namespace, body: configMap('p', { a: '1' }) })
    const patch = async (strategy: PatchStrategy, body: unknown) => {
      const options = setHeaderOptions('Content-Type', strategy)
      return (await api.patchNamespacedConfigMap({ namespace, name: 'p', body }, options)).data
    }
    const operations = [{ op: 'add', path: '/data/b', value: '2' }]
    expect(await patch(PatchStrategy.JsonPatch, operations)).toEqual({ a: '1', b: '2' })
    expect(await patch(PatchStrategy.MergePatch, { data: { a: null } })).toEqual({ b: '2' })
    expect(await patch(PatchStrategy.StrategicMergePatch, { data: { $patch: 'replace', c: '3' } })).toEqual({ c: '3' })
  })

  it('containers merge by name', async ({ server, namespace }) => {
    const api = configFor(server).makeApiClient(AppsV1Api)
    const labels = { app: 'd' }
    const containers = ['a', 'b'].map((name) => ({ name, image: `${name}:1` }))
    const template = { metadata: { labels }, spec: { containers } }
    const spec = { selector: { matchLabels: labels }, template }
    await api.createNamespacedDeployment({ namespace, body: { metadata: { name: 'd' }, spec } })
    const body = { spec: { template: { spec: { containers: [{ name: 'b', image: 'b:2' }] } } } }
    const options = setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch)
    const patched = await api.patchNamespacedDeployment({ namespace, name: 'd', body }, options)
    expect(patched.spec?.template.spec?.containers.map(({ image }) => image)).toEqual(['a:1', 'b:2'])
  })
})

interface Pizza extends KubernetesObject {
  spec: { toppings: { name: string; quantity: number }[] }
}

const pizza = (namespace: string, toppings: Pizza['spec']['toppings']) => ({
  apiVersion: 'restaurant.wukong.com/v1beta1',
  kind: 'Pizza',
  metadata: { name: 'p', namespace },
  spec: { toppings },
})

describe('KubernetesObjectApi', () => {
  it('creates, reads, lists, patches, replaces and deletes pizzas', async ({ server, namespace }) => {
    const api = KubernetesObjectApi.makeApiClient(configFor(server))
    const made = await api.create<Pizza>(pizza(namespace, [{ name: 'cheese', quantity: 1 }]))
    expect(made.metadata?.uid).toBeDefined()
    const listed = await api.list<Pizza>(made.apiVersion ?? '', 'Pizza', namespace)
    expect(listed.items.map(({ metadata }) => metadata?.name)).toEqual(['p'])
    const two = pizza(namespace, [{ name: 'ham', quantity: 2 }])
    const merged = await api.patch<Pizza>(two, undefined, undefined, undefined, undefined, PatchStrategy.MergePatch)
    expect(merged.spec).toEqual(two.spec)
    const { toppings } = made.spec
    const replaced = await api.replace<Pizza>({ ...merged, spec: { toppings } })
    expect(replaced.metadata?.generation).toBe(3)
    expect(await api.read<Pizza>(pizza(namespace, []))).toEqual(replaced)
    await api.delete(two)
    expect((await failure(api.read(two)))[0]).toBe(404)
  })

  it('applies on the server: what is left out goes, and what others own is theirs', async ({ server, namespace }) => {
    const api = KubernetesObjectApi.makeApiClient(configFor(server))
    const apply = async (manager: string, names: readonly string[], quantity: number, force?: boolean) => {
      const toppings = names.map((name) => ({ name, quantity }))
      const strategy = PatchStrategy.ServerSideApply
      const applied = await api.patch(pizza(namespace, toppings), undefined, undefined, manager, force, strategy)
      return applied.spec.toppings
    }
    expect(await apply('cook', ['cheese', 'ham'], 1)).toHaveLength(2)
    expect(await apply('cook', ['cheese'], 1)).toEqual([{ name: 'cheese', quantity: 1 }])
    const [code, message] = await failure(apply('waiter', ['cheese'], 2))
    expect(code).toBe(409)
    expect(message).toMatch(/^Apply failed with 1 conflict: conflict with "cook": \.spec\.toppings/)
    expect(await apply('waiter', ['cheese'], 2, true)).toEqual([{ name: 'cheese', quantity: 2 }])
  })
})

describe('an informer of @kubernetes/client-node', () => {
  it.for(['SIGTERM', 'SIGKILL'] as const)('loses nothing over two restarts with %s', async (signal, { tokenFile }) => {
    const args = [`--token-auth-file=${tokenFile}`, '--controllers=']
    let server = await startServer({ args })
    const config = configFor(server)
    const api = config.makeApiClient(CoreV1Api)
    const namespace = 'default'
    const told: string[] = []
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      api.listNamespacedConfigMap({ namespace }),
    )
    for (const verb of ['add', 'update', 'delete'] as const) {
      informer.on(verb, ({ metadata, data }) => told.push(`${verb} ${metadata?.name} ${data?.round ?? ''}`))
    }
    let ended = false
    // As its documentation has it: on an error, start once more a little later.
    informer.on('error', () => {
      if (!ended) setTimeout(() => void informer.start(), 50)
    })
    await informer.start()
    const expected: string[] = []
    for (const round of ['1', '2', '3']) {
      const name = `c${round}`
      await api.createNamespacedConfigMap({ namespace, body: configMap(name, { round }) })
      await api.createNamespacedConfigMap({ namespace, body: configMap('blink', { round }) })
      await api.deleteNamespacedConfigMap({ namespace, name: 'blink' })
      const body = configMap('c1', { round: `${round}!` })
      await api.replaceNamespacedConfigMap({ namespace, name: 'c1', body })
      expected.push(`add ${name} ${round}`, `add blink ${round}`, `delete blink ${round}`, `update c1 ${round}!`)
      if (round === '3') break
      await server.stop(signal)
      server = await startAgain(server, { args })
    }
    await eventually('the last change', () => told.includes(expected.at(-1) ?? ''))
    expect(told).toEqual(expected)
    expect(informer.list(namespace).map(({ metadata }) => metadata?.name)).toEqual(['c1', 'c2', 'c3'])
    ended = true
    await informer.stop()
    await server.stop()
  })
})
