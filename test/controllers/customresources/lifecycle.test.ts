import { describe, expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { anyObject, conditionsOf, definitionOf, definitionsPath, establish } from '../../support/custom-resources.js'
import { eventually } from '../../support/eventually.js'
import type { HttpClient, ListBody } from '../../support/http.js'
import { test } from '../../support/server-test.js'

const get = async (api: HttpClient, name: string) => (await api.get(`${definitionsPath}/${name}`)).json()
const object = (kind: string, group: string, name: string, spec: object = {}) => ({
  apiVersion: `${group}/v1`,
  kind,
  metadata: { name },
  spec,
})

describe('a new CustomResourceDefinition', () => {
  test('is served before it can be seen as established (R01, R02, D09)', async ({ api }) => {
    const watch = await api.watch(`${definitionsPath}?watch=true&fieldSelector=metadata.name%3Dcats.new.io`)
    const created = (await api.post(definitionsPath, definitionOf('Cat', 'new.io', anyObject))).json()
    expect(created.status).toEqual({
      conditions: null,
      acceptedNames: { plural: '', kind: '' },
      storedVersions: ['v1'],
    })
    expect(created.metadata.generation).toBe(1)
    expect(created.spec).toMatchObject({
      names: { plural: 'cats', singular: 'cat', kind: 'Cat', listKind: 'CatList' },
      conversion: { strategy: 'None' },
    })
    expect((await watch.next()).type).toBe('ADDED')
    const { type, object: seen } = await watch.next()
    const found = await api.get('/apis/new.io/v1/cats')
    const groups = await api.get('/apis')
    const documents = await api.get('/openapi/v3')
    expect(type).toBe('MODIFIED')
    expect(seen.status).toMatchObject({
      acceptedNames: { plural: 'cats', singular: 'cat', kind: 'Cat', listKind: 'CatList' },
      conditions: [
        { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
        {
          type: 'Established',
          status: 'True',
          reason: 'InitialNamesAccepted',
          message: 'the initial names have been accepted',
        },
      ],
    })
    expect(found.json<ListBody>()).toMatchObject({ kind: 'CatList', items: [] })
    expect(groups.json<{ groups: { name: string }[] }>().groups.map(({ name }) => name)).toContain('new.io')
    expect(documents.json<{ paths: object }>().paths).toHaveProperty('apis/new.io/v1')
    watch.close()
  })

  test('gets no name that another one has, until that one gives it up (R03)', async ({ api }) => {
    const first = definitionOf('Dog', 'taken.io', anyObject, {
      spec: { names: { plural: 'dogs', kind: 'Dog', shortNames: ['d', 'dg'] } },
    })
    await establish(api, first)
    const names = {
      plural: 'hounds',
      kind: 'Dog',
      listKind: 'Hounds',
      shortNames: ['d', 'h', 'dg'],
      categories: ['all'],
    }
    const second = definitionOf('Hound', 'taken.io', anyObject, { spec: { names } })
    await api.post(definitionsPath, second)
    const refused = await eventually('names are refused', async () => {
      const crd = await get(api, 'hounds.taken.io')
      return conditionsOf(crd).NamesAccepted && crd
    })
    expect(refused.status).toMatchObject({ acceptedNames: { plural: 'hounds', kind: '', listKind: 'Hounds' } })
    expect(conditionsOf(refused)).toMatchObject({
      NamesAccepted: { status: 'False', reason: 'KindConflict', message: '"Dog" is already in use' },
      Established: { status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' },
    })
    expect((await api.get('/apis/taken.io/v1/hounds')).status).toBe(404)
    await api.delete(`${definitionsPath}/dogs.taken.io`)
    await eventually('names are free', async () => {
      const crd = await get(api, 'hounds.taken.io')
      return conditionsOf(crd).Established?.status === 'True'
    })
    expect((await api.get('/apis/taken.io/v1/hounds')).json<ListBody>().kind).toBe('Hounds')
  })

  test('gets no name of a TypeScript kind', async ({ api }) => {
    await api.post(definitionsPath, definitionOf('Pizza', 'restaurant.wukong.com', anyObject))
    const crd = await eventually('names are refused', async () => {
      const found = await get(api, 'pizzas.restaurant.wukong.com')
      return conditionsOf(found).NamesAccepted && found
    })
    expect(conditionsOf(crd)).toMatchObject({ NamesAccepted: { status: 'False' }, Established: { status: 'False' } })
    expect((await api.get('/apis/restaurant.wukong.com/v1beta1/pizzas')).status).toBe(200)
    await api.delete(`${definitionsPath}/pizzas.restaurant.wukong.com`)
    await eventually(
      'it is gone',
      async () => (await api.get(`${definitionsPath}/pizzas.restaurant.wukong.com`)).status === 404,
    )
    expect((await api.get('/apis/restaurant.wukong.com/v1beta1/pizzas')).status).toBe(200)
  })

  test('of a protected group says whether it is approved (R04)', async ({ api }) => {
    const approved = definitionOf('Gate', 'gates.k8s.io', anyObject)
    approved.metadata.annotations = { 'api-approved.kubernetes.io': 'https://github.com/x/y/pull/1' }
    expect(conditionsOf(await establish(api, approved)).KubernetesAPIApprovalPolicyConformant).toMatchObject({
      status: 'True',
      reason: 'ApprovedAnnotation',
      message: 'approved in https://github.com/x/y/pull/1',
    })
  })
})

describe('a CustomResourceDefinition that changes', () => {
  test('serves new versions, and names in use may change (R06)', async ({ api }) => {
    const crd = await establish(api, definitionOf('Fish', 'change.io', anyObject))
    const spec = crd.spec as { names: object; versions: { name: string; served: boolean; storage: boolean }[] }
    const v2 = { ...spec.versions[0], name: 'v2', served: true, storage: false }
    await api.put(`${definitionsPath}/fishs.change.io`, {
      ...crd,
      spec: { ...spec, names: { ...spec.names, shortNames: ['fi'] }, versions: [...spec.versions, v2] },
    })
    await eventually('v2 is served', async () => (await api.get('/apis/change.io/v2/fishs')).status === 200)
    await eventually('the short name is told', async () => {
      const { resources } = (await api.get('/apis/change.io/v2')).json<{ resources: { shortNames?: string[] }[] }>()
      return resources[0]?.shortNames?.includes('fi')
    })
    const group = (await api.get('/apis/change.io')).json<{ preferredVersion: object }>()
    expect(group.preferredVersion).toMatchObject({ version: 'v2' })
    await api.patch(`${definitionsPath}/fishs.change.io`, [
      { op: 'replace', path: '/spec/versions/1/served', value: false },
    ])
    await eventually('v2 is no longer served', async () => (await api.get('/apis/change.io/v2/fishs')).status === 404)
  })

  test('ends watches when what is served changes, and only then (W19)', async ({ api }) => {
    await establish(api, definitionOf('Bird', 'watched.io', anyObject))
    const watch = await api.watch('/apis/watched.io/v1/birds?watch=true')
    await api.patch(`${definitionsPath}/birds.watched.io`, { metadata: { labels: { a: 'b' } } })
    await establish(api, definitionOf('Other', 'watched.io', anyObject))
    await api.post('/apis/watched.io/v1/namespaces/default/birds', object('Bird', 'watched.io', 'b'))
    expect((await watch.next()).type).toBe('ADDED')
    const column = [{ name: 'A', type: 'string', jsonPath: '.spec.a' }]
    await api.patch(`${definitionsPath}/birds.watched.io`, [
      { op: 'add', path: '/spec/versions/0/additionalPrinterColumns', value: column },
    ])
    expect(await watch.ended()).toEqual([])
  })
})

describe('a CustomResourceDefinition that is deleted', () => {
  test('goes when the last of its custom resources is gone (R07)', async ({ api }) => {
    const path = '/apis/gone.io/v1/namespaces/default/worms'
    const first = await establish(api, definitionOf('Worm', 'gone.io', anyObject))
    const held = object('Worm', 'gone.io', 'held')
    await api.post(path, { ...held, metadata: { name: 'held', finalizers: ['x.io/hold'] } })
    for (let i = 0; i < 70; i++) await api.post(path, object('Worm', 'gone.io', `w${i}`))
    const watch = await api.watch(`${path}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3Dheld`)
    expect((await watch.next()).type).toBe('ADDED')

    const marked = (await api.delete(`${definitionsPath}/worms.gone.io`)).json()
    expect(marked.metadata).toMatchObject({
      generation: 1,
      deletionTimestamp: expect.any(String),
      finalizers: ['customresourcecleanup.apiextensions.k8s.io'],
    })
    expect(marked.metadata).not.toHaveProperty('deletionGracePeriodSeconds')
    expect(conditionsOf(marked).Terminating).toMatchObject({
      status: 'True',
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    })
    await eventually('all but one are gone', async () => (await api.get(path)).json<ListBody>().items.length === 1)
    expect(conditionsOf(await get(api, 'worms.gone.io')).Terminating).toMatchObject({
      reason: 'InstanceDeletionInProgress',
      message: 'CustomResource deletion is in progress',
    })
    const refused = await api.post(path, object('Worm', 'gone.io', 'late'))
    expect(refused.status).toBe(403)
    expect(refused.json<{ message: string }>().message).toBe(
      'worms.gone.io "late" is forbidden: create not allowed while custom resource definition is terminating',
    )
    expect((await api.patch(`${path}/held`, { spec: { a: 1 } })).status).toBe(200)

    await api.patch(`${path}/held`, { metadata: { finalizers: null } })
    await eventually(
      'the definition is gone',
      async () => (await api.get(`${definitionsPath}/worms.gone.io`)).status === 404,
    )
    expect((await watch.ended()).map(({ type }) => type)).toEqual(['MODIFIED', 'MODIFIED', 'DELETED'])
    expect((await api.get(path)).text).toBe('404 page not found\n')
    expect((await api.get('/apis/gone.io')).text).toBe('404 page not found\n')

    const again = await establish(api, definitionOf('Worm', 'gone.io', anyObject))
    expect(again.metadata.uid).not.toBe(first.metadata.uid)
    expect((await api.get(path)).json<ListBody>().items).toEqual([])
  })

  test('can be deleted only as the one it was', async ({ api }) => {
    await establish(api, definitionOf('Egg', 'gone.io', anyObject))
    const path = `${definitionsPath}/eggs.gone.io`
    const wrong = await api.delete(path, { preconditions: { uid: 'x' } })
    expect(wrong.status).toBe(409)
    expect(wrong.json<{ message: string }>().message).toMatch(
      /^Operation cannot be fulfilled on customresourcedefinitions.apiextensions.k8s.io "eggs.gone.io": Precondition failed: UID in precondition: x, UID in object meta: \S+$/,
    )
    const answer = (await api.delete(path, { propagationPolicy: 'Foreground' })).json()
    expect(answer.metadata.finalizers).toEqual(['customresourcecleanup.apiextensions.k8s.io'])
    await eventually('it is gone', async () => (await api.get(path)).status === 404)
  })

  test('deletes what belongs to its resources only with them', async ({ api }) => {
    await establish(api, definitionOf('Ant', 'gone.io', anyObject))
    const created: KubeObject = (
      await api.post('/apis/gone.io/v1/namespaces/default/ants', object('Ant', 'gone.io', 'a'))
    ).json()
    expect(created.metadata.uid).toBeTruthy()
    await api.delete(`${definitionsPath}/ants.gone.io`)
    await eventually('its kind is no path', async () => (await api.get('/apis/gone.io/v1/ants')).status === 404)
  })
})
