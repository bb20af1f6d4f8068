import { describe, expect } from 'vitest'
import { type ConfigMap, configMap, core, type Deployment, deployment, strategic } from '../support/core-objects.js'
import { created, done } from '../support/expect-answer.js'
import type { Answer } from '../support/http.js'
import { testAlone as it } from '../support/server-test.js'

describe('strategic merge', () => {
  const containers = (answer: Answer) => done<Deployment>(answer).spec.template.spec.containers
  const patchOf = (spec: object) => ({ spec: { template: { spec } } })
  const brief = (answer: Answer) => containers(answer).map(({ name, image }) => `${name}=${image}`)

  it('P04: merges containers by their name', async ({ api, namespace }) => {
    const path = `${core.deployments(namespace)}/d`
    const first = [
      { name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] },
      { name: 'b', image: 'b:1' },
    ]
    created(await api.post(core.deployments(namespace), deployment('d', first)))
    const merge = (spec: object) => strategic(api, path, patchOf(spec))
    expect(brief(await merge({ containers: [{ name: 'b', image: 'b:2' }] }))).toEqual(['a=a:1', 'b=b:2'])
    const env = await merge({ containers: [{ name: 'a', env: [{ name: 'Y', value: '2' }] }] })
    expect(containers(env)[0]?.env).toEqual([
      { name: 'Y', value: '2' },
      { name: 'X', value: '1' },
    ])
    const reversed = {
      '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
      containers: [{ name: 'b', image: 'b:3' }],
    }
    expect(brief(await merge(reversed))).toEqual(['b=b:3', 'a=a:1'])
    expect(brief(await merge({ containers: [{ $patch: 'delete', name: 'b' }] }))).toEqual(['a=a:1'])
    const replaced = await merge({ containers: [{ name: 'z', image: 'z:1' }, { $patch: 'replace' }] })
    expect(brief(replaced)).toEqual(['z=z:1'])
  })

  it('P04: merges and replaces maps, finalizers and owners', async ({ api, namespace }) => {
    const path = `${core.configMaps(namespace)}/a`
    const owner = (uid: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', name: uid, uid })
    const metadata = { finalizers: ['a.com/1'], ownerReferences: [owner('u1')] }
    created(await api.post(core.configMaps(namespace), configMap('a', { a: '1', b: '1' }, metadata)))
    const merged = done<ConfigMap>(
      await strategic(api, path, {
        metadata: { finalizers: ['a.com/2'], ownerReferences: [owner('u2')] },
        data: { b: null, c: '1' },
      }),
    )
    expect(merged.data).toEqual({ a: '1', c: '1' })
    expect([...(merged.metadata.finalizers ?? [])].sort()).toEqual(['a.com/1', 'a.com/2'])
    expect(merged.metadata.ownerReferences?.map(({ uid }) => uid).sort()).toEqual(['u1', 'u2'])
    const removed = done(
      await strategic(api, path, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a.com/1'] } }),
    )
    expect(removed.metadata.finalizers).toEqual(['a.com/2'])
    const replaced = done<ConfigMap>(await strategic(api, path, { data: { $patch: 'replace', z: '1' } }))
    expect(replaced.data).toEqual({ z: '1' })
    done(await strategic(api, path, { metadata: { finalizers: null } }))
  })
})
