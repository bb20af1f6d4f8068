import { join } from 'node:path'
import { expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { type GoRun, startGoProgram } from '../support/client-go.js'
import { findKubectl, type Program } from '../support/client-programs.js'
import { definitionOf, establish } from '../support/custom-resources.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import { conversionOf, ferries, ferry, ferryPath, refusedFerries } from '../support/ferries.js'
import { buildGoProgram } from '../support/go-program.js'
import type { ListBody } from '../support/http.js'
import { kubectlFor } from '../support/kubectl.js'
import { requireProgram } from '../support/require-program.js'
import { type Pizza, pizza, restaurant, topping } from '../support/restaurant.js'
import { startServer } from '../support/server.js'
import { adminToken, test as base } from '../support/server-test.js'

const building = { timeout: 600_000 }
let program: Program | undefined

const it = base
  .extend('operator', { scope: 'file' }, (): Program => {
    program ??= buildGoProgram(join(import.meta.dirname, 'controller-runtime'))
    return program
  })
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--simulate-workloads'] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
it.beforeAll(({ operator }) => {
  expect(operator).toBeDefined()
}, building.timeout)

const spec = {
  type: 'object',
  required: ['image'],
  properties: { image: { type: 'string' }, replicas: { type: 'integer', default: 1 } },
}
const shopDefinition = definitionOf('Shop', 'example.wukong.com', spec, { version: { subresources: { status: {} } } })

const shop = (name: string, image: string) => ({
  apiVersion: 'example.wukong.com/v1',
  kind: 'Shop',
  metadata: { name },
  spec: { image, replicas: 2 },
})

/** Waits for a line. @throws with all that it said when it does not say it, or ends */
async function said(run: GoRun, line: string): Promise<void> {
  let ended: string | undefined
  void run.ended.then(({ stderr }) => {
    ended = stderr
  })
  await eventually(`it says: ${line}`, () => ended !== undefined || run.lines().includes(line))
  if (!run.lines().includes(line)) throw new Error(`it ended, and said: ${run.lines().join(' | ')}\n${ended}`)
}

it('a manager leads, owns a Deployment and a Secret, finishes what is deleted; another takes over from it', async ({
  operator,
  server,
  api,
  namespace,
  skip,
}) => {
  const path = requireProgram(operator, { skip })
  await establish(api, shopDefinition)
  const shops = `/apis/example.wukong.com/v1/namespaces/${namespace}/shops`
  const core = `/api/v1/namespaces/${namespace}`
  const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const start = () => startGoProgram(path, [`--namespace=${namespace}`], server, { token: adminToken })
  const first = start()
  await said(first, 'leading')
  const second = start()
  await said(second, 'started')

  const made = created(await api.post(shops, shop('corner', 'shop:1')))
  await said(first, 'ready corner shop:1')
  const owner = { apiVersion: 'example.wukong.com/v1', kind: 'Shop', name: 'corner', uid: made.metadata.uid }
  for (const owned of [`${deployments}/corner`, `${core}/secrets/corner`]) {
    expect(done(await api.get(owned)).metadata.ownerReferences).toMatchObject([{ ...owner, controller: true }])
  }
  const { metadata, status } = done(await api.get(`${shops}/corner`))
  expect(metadata.finalizers).toEqual(['example.wukong.com/shop-operator'])
  expect(status).toMatchObject({ observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True' }] })
  const managers = done(await api.get(`${deployments}/corner`)).metadata.managedFields ?? []
  expect(managers.map(({ manager, operation }) => `${manager} ${operation}`)).toContain('shop-operator Apply')
  await eventually('its Event is there', async () => {
    const { items } = (await api.get(`${core}/events`)).json<ListBody<KubeObject & { reason: string }>>()
    return items.some(({ reason }) => reason === 'Deployed')
  })

  created(
    await api.post(`${core}/configmaps`, {
      metadata: { name: 'hours', annotations: { 'example.wukong.com/shop': 'corner' } },
      data: { open: '9' },
    }),
  )
  await said(first, 'metadata of hours for corner')
  done(await api.delete(`${core}/secrets/corner`))
  await eventually(
    'it is made again',
    async () => first.lines().filter((l) => l === 'secret corner created').length === 2,
  )
  done(await api.patch(`${shops}/corner`, { spec: { image: 'shop:2' } }))
  await said(first, 'ready corner shop:2')

  // Killed, it can't release its lease: the other one leads once that has run out.
  await first.kill('SIGKILL')
  await said(second, 'leading')
  created(await api.post(shops, shop('market', 'shop:3')))
  await said(second, 'ready market shop:3')
  const third = start()
  await said(third, 'started')
  expect((await second.kill('SIGTERM')).code).toBe(0)
  await said(third, 'leading')

  done(await api.delete(`${shops}/corner`))
  await said(third, 'finished corner')
  await eventually('what it owned is gone', async () => {
    const left = await Promise.all([`${deployments}/corner`, `${core}/secrets/corner`].map((owned) => api.get(owned)))
    return left.every((answer) => answer.status === 404)
  })
  expect((await api.get(`${deployments}/market`)).status).toBe(200)
  expect((await third.kill('SIGTERM')).code).toBe(0)
})

it('the pizza controller in Go does what the one in TypeScript does', async ({
  operator,
  server,
  api,
  namespace,
  skip,
}) => {
  const path = requireProgram(operator, { skip })
  await api.post(restaurant.toppings, topping('olives', 2))
  const order = pizza('go', {}, [
    { name: 'olives', quantity: 2 },
    { name: 'truffle', quantity: 1 },
  ])
  created(await api.post(restaurant.pizzas(namespace), order))
  const run = startGoProgram(path, ['--pizzas', `--namespace=${namespace}`], server, { token: adminToken })
  const status = async () => done<Pizza>(await api.get(`${restaurant.pizzas(namespace)}/go`)).status
  await eventually('it is priced', async () => (await status())?.cost === 4)
  expect(await status()).toMatchObject({
    conditions: [{ type: 'Priced', status: 'False', message: 'Not on the menu: truffle.' }],
  })
  await api.post(restaurant.toppings, topping('truffle', 30))
  await eventually('the new topping counts', async () => (await status())?.cost === 34)
  expect((await status())?.conditions).toMatchObject([{ type: 'Priced', status: 'True' }])
  await run.kill('SIGTERM')
})

it('an operator with a conversion webhook reconciles, is scaled, refuses, and comes back', async ({
  operator,
  server,
  api,
  namespace,
  skip,
}) => {
  const path = requireProgram(operator, { skip })
  const kubectl = kubectlFor(requireProgram(findKubectl(), { skip }), server, { token: adminToken })
  const { definition, webhooks, args, port } = await ferries()
  await establish(api, definition)
  const start = async () => {
    const run = startGoProgram(path, [...args, `--namespace=${namespace}`], server, { token: adminToken })
    await said(run, 'serving')
    return run
  }
  const first = await start()
  for (const one of webhooks) {
    created(await api.post(`/apis/admissionregistration.k8s.io/v1/${one.kind.toLowerCase()}s`, one))
  }
  const at = (version: string, name = '') => ferryPath(namespace, version, name)

  const made = await api.post(at('v1'), ferry('v1', 'a', { route: 'harbour-island', stops: [{ place: 'reef' }] }))
  const stops = [{ place: 'reef', stay: '5m0s' }]
  expect(created(made).spec).toEqual({ route: 'harbour-island', boats: 1, captain: 'Ahab', stops })
  expect(made.headers.warning).toContain('harbour.wukong.com/v1 Ferry has one field for both ends')
  await said(first, 'sailing a 1')
  const { spec: converted, status } = done(await api.get(at('v2', 'a')))
  expect(converted).toEqual({ from: 'harbour', to: 'island', boats: 1, captain: 'Ahab', stops })
  expect(status).toMatchObject({ boats: 1, conditions: [{ type: 'Sailing', status: 'True', observedGeneration: 1 }] })

  await kubectl.ok(`scale ferry/a --replicas=3 -n ${namespace}`)
  await said(first, 'sailing a 3')
  const selector = 'harbour.wukong.com/ferry=a'
  const scale = { spec: { replicas: 3 }, status: { replicas: 3, selector } }
  expect(done(await api.get(`${at('v1', 'a')}/scale`))).toMatchObject(scale)
  const boats = await api.get(
    `/api/v1/namespaces/${namespace}/configmaps?labelSelector=${encodeURIComponent(selector)}`,
  )
  expect(done<ListBody>(boats).items).toHaveLength(3)
  expect(await kubectl.ok(`get fe -n ${namespace} --field-selector spec.from=harbour`)).toMatch(
    /NAME +FROM +TO +SAILING\na +harbour +island +True\n/,
  )
  for (const { why, version, spec, message } of refusedFerries) {
    const answer = await api.post(at(version), ferry(version, 'b', spec))
    expect(answer.json<{ message: string }>().message, why).toBe(message)
  }

  for (const one of webhooks) {
    const plural = `${one.kind.toLowerCase()}s`
    done(await api.delete(`/apis/admissionregistration.k8s.io/v1/${plural}/${one.metadata.name}`))
  }
  const leave = await eventually('nobody gives it a captain', async () => {
    const answer = await api.patch(at('v2', 'a'), { spec: { captain: null } })
    return answer.status === 200 ? undefined : answer
  })
  expect(leave.text).toContain('spec.captain: Forbidden: a ferry keeps its captain')
  expect((await first.kill('SIGTERM')).code).toBe(0)
  created(await api.post(at('v1'), ferry('v1', 'late', { route: 'a-b' })))
  const refused = `dial tcp 127.0.0.1:${port}: connect: connection refused`
  expect((await api.get(at('v2', 'late'))).json<{ message: string }>().message).toBe(
    `${conversionOf('v1')} failed: Post "https://127.0.0.1:${port}/convert?timeout=30s": ${refused}`,
  )
  expect(done(await api.get(at('v2', 'a'))).spec).toMatchObject({ from: 'harbour' })
  const second = await start()
  await said(second, 'sailing late 1')
  expect(done(await api.get(at('v1', 'late'))).status).toMatchObject({ boats: 1 })
  await second.kill('SIGTERM')
})
