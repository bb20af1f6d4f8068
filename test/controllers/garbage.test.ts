import { describe, expect } from 'vitest'
import type { KubeObject, OwnerReference } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { test as it } from '../support/server-test.js'

/** ConfigMaps of one namespace, and who owns whom. */
class Family {
  constructor(
    private readonly api: HttpClient,
    readonly path: string,
  ) {}

  async make(name: string, metadata: object = {}, ...owners: OwnerReference[]): Promise<OwnerReference> {
    const { metadata: made } = created(
      await this.api.post(this.path, { metadata: { name, ...metadata, ownerReferences: owners } }),
    )
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid: made.uid ?? '' }
  }

  async get(name: string): Promise<KubeObject | undefined> {
    const answer = await this.api.get(`${this.path}/${name}`)
    return answer.status === 404 ? undefined : done(answer)
  }

  async remove(name: string, propagationPolicy?: string): Promise<KubeObject> {
    return done(await this.api.delete(`${this.path}/${name}`, propagationPolicy ? { propagationPolicy } : undefined))
  }

  async free(name: string): Promise<void> {
    done(await this.api.patch(`${this.path}/${name}`, { metadata: { finalizers: null } }))
  }

  gone(...names: string[]): Promise<unknown> {
    return eventually(`${names} are gone`, async () => {
      for (const name of names) if (await this.get(name)) return false
      return true
    })
  }

  /** Everything asked for before is done: an object without owner, made now, is collected after it. */
  async settled(): Promise<void> {
    await this.make('canary', {}, { apiVersion: 'v1', kind: 'ConfigMap', name: 'none', uid: 'none' })
    await this.gone('canary')
  }
}

const held = { finalizers: ['wukong.com/hold'] }
const blocking = (owner: OwnerReference): OwnerReference => ({ ...owner, blockOwnerDeletion: true })
const family = (api: HttpClient, namespace: string) => new Family(api, `/api/v1/namespaces/${namespace}/configmaps`)

describe('V45: what is owned', () => {
  it('goes after its owner (Background), but not while another owner is there', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const owner = await f.make('owner')
    const other = await f.make('other')
    await f.make('child', {}, owner)
    await f.make('grandchild', {}, await f.make('second-child', {}, owner))
    await f.make('shared', {}, owner, other)
    await f.make('free')
    expect(await f.remove('owner', 'Background')).toMatchObject({ status: 'Success' })
    await f.gone('owner', 'child', 'second-child', 'grandchild')
    await eventually('the dead reference is gone', async () => {
      const { ownerReferences } = (await f.get('shared'))?.metadata ?? {}
      return ownerReferences?.length === 1 && ownerReferences[0]?.uid === other.uid
    })
    await f.settled()
    expect(await f.get('free')).toBeDefined()
    await f.remove('other')
    await f.gone('shared')
  })

  it('goes before its owner (Foreground); only what blocks is waited for', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const owner = await f.make('owner')
    const blocked = await f.make('blocks', held, blocking(owner))
    await f.make('blocks-too', held, blocking(blocked))
    await f.make('does-not', held, owner)
    expect((await f.remove('owner', 'Foreground')).metadata.finalizers).toEqual(['foregroundDeletion'])
    await eventually('all are being deleted, the one with dependents in the foreground too', async () => {
      const all = await Promise.all(['blocks', 'blocks-too', 'does-not'].map((name) => f.get(name)))
      return (
        all.every((object) => object?.metadata.deletionTimestamp) &&
        all[0]?.metadata.finalizers?.includes('foregroundDeletion')
      )
    })
    await f.free('blocks-too')
    await f.gone('blocks-too')
    expect((await f.get('owner'))?.metadata.finalizers).toEqual(['foregroundDeletion'])
    await eventually('it waits for its own finalizer only', async () => {
      return (await f.get('blocks'))?.metadata.finalizers?.join() === 'wukong.com/hold'
    })
    await f.free('blocks')
    await f.gone('blocks', 'owner')
    expect(await f.get('does-not')).toBeDefined()
    await f.free('does-not')
    await f.gone('does-not')
  })

  it('stays where its owner lets it go (Orphan)', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const owner = await f.make('owner')
    const other = await f.make('other')
    await f.make('child', {}, owner)
    await f.make('shared', {}, owner, other)
    expect((await f.remove('owner', 'Orphan')).metadata.finalizers).toEqual(['orphan'])
    await f.gone('owner')
    await f.settled()
    expect((await f.get('child'))?.metadata.ownerReferences).toBeUndefined()
    expect((await f.get('shared'))?.metadata.ownerReferences).toEqual([other])
  })

  it('goes when its owner never was, or is another one of the same name', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const owner = await f.make('owner')
    const cases: Record<string, Partial<OwnerReference>> = {
      'no-such-name': { name: 'nobody' },
      'other-uid': { uid: 'b1a5c7a5-0000-4000-8000-000000000000' },
      'other-kind': { kind: 'Secret' },
    }
    for (const [name, change] of Object.entries(cases)) await f.make(name, {}, { ...owner, ...change })
    await f.make('right', {}, owner)
    await f.make('unknown-kind', {}, { ...owner, apiVersion: 'nowhere.example.com/v1', kind: 'Nothing' })
    await f.gone(...Object.keys(cases))
    await f.settled()
    expect(await f.get('right')).toBeDefined()
    // Its kind may be served tomorrow.
    expect(await f.get('unknown-kind')).toBeDefined()
    const { metadata } = done(
      await api.patch(`${f.path}/right`, { metadata: { ownerReferences: [{ ...owner, name: 'nobody' }] } }),
    )
    expect(metadata.ownerReferences?.[0]?.name).toBe('nobody')
    await f.gone('right')
  })

  it('may own each other: nobody waits for ever', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const a = await f.make('a')
    const b = await f.make('b', {}, blocking(a))
    const c = await f.make('c', {}, blocking(b))
    done(await api.patch(`${f.path}/a`, { metadata: { ownerReferences: [blocking(c)] } }))
    await f.settled()
    expect(await f.get('a')).toBeDefined()
    await f.remove('b', 'Foreground')
    await f.gone('a', 'b', 'c')
  })

  it('may have a cluster-scoped owner; an owner in another namespace is none, and an Event says so', async ({
    api,
    namespace,
  }) => {
    const f = family(api, namespace)
    const elsewhere = family(api, 'default')
    const foreign = await elsewhere.make(`owner-of-${namespace}`)
    await f.make('misled', {}, foreign)
    await f.gone('misled')
    const priority = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: namespace },
      value: 1,
    }
    const path = '/apis/scheduling.k8s.io/v1/priorityclasses'
    const { metadata } = created(await api.post(path, priority))
    const owner = { apiVersion: priority.apiVersion, kind: priority.kind, name: namespace, uid: metadata.uid ?? '' }
    await f.make('child', {}, owner)
    const clusterChild = { ...priority, metadata: { name: `${namespace}-child`, ownerReferences: [foreign] } }
    created(await api.post(path, clusterChild))
    const events = (of: string) => async () => {
      const { items } = (await api.get(`/api/v1/namespaces/${of}/events`)).json<
        ListBody<KubeObject & { message: string; reason: string; involvedObject: { name: string } }>
      >()
      return items.find(({ reason }) => reason === 'OwnerRefInvalidNamespace')
    }
    const told = await eventually('an Event', events(namespace))
    expect(told).toMatchObject({
      type: 'Warning',
      involvedObject: { kind: 'ConfigMap', apiVersion: 'v1', name: 'misled', namespace },
      source: { component: 'garbage-collector-controller' },
      count: 1,
      message: `ownerRef [v1/ConfigMap, namespace: ${namespace}, name: ${foreign.name}, uid: ${foreign.uid}] does not exist in namespace "${namespace}"`,
    })
    const clusterTold = await eventually('an Event in default', events('default'))
    expect(clusterTold.message).toContain('does not exist in namespace ""')
    await f.settled()
    expect((await api.get(`${path}/${namespace}-child`)).status).toBe(200)
    expect(await f.get('child')).toBeDefined()
    done(await api.delete(`${path}/${namespace}`))
    await f.gone('child')
  })

  it('goes also when there is much of it', async ({ api, namespace }) => {
    const f = family(api, namespace)
    const owner = await f.make('owner')
    const names = Array.from({ length: 200 }, (_, i) => `child-${i}`)
    await Promise.all(names.map((name) => f.make(name, {}, owner)))
    await f.remove('owner')
    await eventually('none is left', async () => {
      const { items } = (await api.get(`${f.path}?labelSelector=`)).json<ListBody>()
      return !items.some(({ metadata }) => metadata.name?.startsWith('child-'))
    })
  })
})
