import { join } from 'node:path'
import { expect } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { findHelm } from '../support/client-programs.js'
import { eventually } from '../support/eventually.js'
import { type Helm, helmFor } from '../support/helm.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { requireProgram } from '../support/require-program.js'
import { startServer } from '../support/server.js'
import { test as base } from '../support/server-test.js'

const chart = join(import.meta.dirname, 'chart')

const it = base
  .extend('server', { scope: 'file' }, async ({ tokenFile }, { onCleanup }) => {
    const server = await startServer({ args: [`--token-auth-file=${tokenFile}`, '--simulate-workloads'] })
    onCleanup(async () => {
      await server.stop()
    })
    return server
  })
  .extend('helm', ({ server, namespace, skip }): Helm => {
    return helmFor(requireProgram(findHelm(), { skip }), server, namespace)
  })

interface Release {
  readonly name: string
  readonly revision: string | number
  readonly status: string
}

const images = async (api: HttpClient, namespace: string) => {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
  const { items } = (await api.get(path)).json<
    ListBody<KubeObject & { spec: { replicas: number; template: { spec: { containers: { image: string }[] } } } }>
  >()
  return items.map(({ spec }) => `${spec.replicas} × ${spec.template.spec.containers[0]?.image}`)
}

it('helm installs, upgrades, rolls back and uninstalls a chart, and waits for it', async ({ helm, api, namespace }) => {
  const installed = await helm(`install shop ${chart} --wait --timeout 40s`)
  expect(installed).toContain('STATUS: deployed')
  expect(installed).toContain('shop answers at http://shop.example.com/')
  expect(await images(api, namespace)).toEqual(['2 × registry.example.com/shop:1.0'])
  const config = (await api.get(`/api/v1/namespaces/${namespace}/configmaps/shop`)).json<
    KubeObject & { data: Record<string, string> }
  >()
  expect(config.data).toEqual({ revision: '1', foundDefaultAccount: 'true', hasIngress: 'true' })
  const hook = (await api.get(`/apis/batch/v1/namespaces/${namespace}/jobs/shop-migrate`)).json()
  expect(hook.status).toMatchObject({ succeeded: 1 })

  await helm(`upgrade shop ${chart} --wait --timeout 40s --set replicas=3 --set image=shop:2.0`)
  expect(await images(api, namespace)).toEqual(['3 × shop:2.0'])
  const again = (await api.get(`/apis/batch/v1/namespaces/${namespace}/jobs/shop-migrate`)).json()
  expect(again.metadata.uid).not.toBe(hook.metadata.uid)

  await helm('rollback shop 1 --wait --timeout 40s')
  expect(await images(api, namespace)).toEqual(['2 × registry.example.com/shop:1.0'])
  const history = JSON.parse(await helm('history shop -o json')) as Release[]
  expect(history.map(({ revision, status }) => [Number(revision), status])).toEqual([
    [1, 'superseded'],
    [2, 'superseded'],
    [3, 'deployed'],
  ])
  const listed = JSON.parse(await helm('list -o json')) as Release[]
  expect(listed.map(({ name, revision, status }) => [name, Number(revision), status])).toEqual([
    ['shop', 3, 'deployed'],
  ])
  expect(await helm('status shop')).toContain('STATUS: deployed')
  expect(await helm('get manifest shop')).toContain('kind: HorizontalPodAutoscaler')

  await helm('uninstall shop --wait --timeout 40s')
  expect(JSON.parse(await helm('list -o json'))).toEqual([])
  const left = await Promise.all(
    [
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      `/api/v1/namespaces/${namespace}/services`,
      `/api/v1/namespaces/${namespace}/secrets`,
    ].map(async (path) => (await api.get(path)).json<ListBody>().items.length),
  )
  expect(left).toEqual([0, 0, 0])
  await eventually('its replica sets go after the deployment', async () => {
    return (await api.get(`/apis/apps/v1/namespaces/${namespace}/replicasets`)).json<ListBody>().items.length === 0
  })
})

it('helm makes the namespace, and tells of a release that fails', async ({ helm, api }) => {
  await helm(`install shop ${chart} --create-namespace -n made-by-helm --wait --timeout 40s`)
  expect((await api.get('/api/v1/namespaces/made-by-helm')).status).toBe(200)
  expect(await images(api, 'made-by-helm')).toEqual(['2 × registry.example.com/shop:1.0'])
  await expect(helm(`upgrade shop ${chart} -n made-by-helm --set host=No_Host`)).rejects.toThrow(
    /spec\.rules\[0\]\.host: Invalid value: "No_Host"/,
  )
  const listed = JSON.parse(await helm('list -n made-by-helm -o json')) as Release[]
  expect(listed).toMatchObject([{ name: 'shop', status: 'failed' }])
  await helm('rollback shop 1 -n made-by-helm --wait --timeout 40s')
  await helm('uninstall shop -n made-by-helm')
})

it('helm installs the kinds of a chart before their objects, and leaves them when it goes', async ({
  helm,
  api,
  namespace,
}) => {
  const lamps = join(import.meta.dirname, 'chart-crds')
  const lamp = `/apis/helm.example.com/v1/namespaces/${namespace}/lamps/light`
  const color = async () => (await api.get(lamp)).json().spec
  await helm(`install light ${lamps}`)
  expect(await color()).toEqual({ color: 'white', watts: 40 })
  await helm(`upgrade light ${lamps} --set color=red`)
  expect(await color()).toEqual({ color: 'red', watts: 40 })
  const known = (await api.get(`/api/v1/namespaces/${namespace}/configmaps/light`)).json()
  expect(known).toMatchObject({ data: { knowsLamps: 'true' } })
  await expect(helm(`upgrade light ${lamps} --set color=blue`)).rejects.toThrow(
    /spec\.color: Unsupported value: "blue": supported values: "white", "red"/,
  )
  await helm('rollback light 1')
  expect(await color()).toEqual({ color: 'white', watts: 40 })
  await helm('uninstall light')
  expect((await api.get(lamp)).status).toBe(404)
  const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/lamps.helm.example.com'
  expect((await api.get(definition)).status).toBe(200)
})
