import { readFileSync } from 'node:fs'
import { createAuthorizer } from '../src/auth/authorizers.js'
import { rbacGroup } from '../src/auth/rbac/policy.js'
import { rbacAuthorizer } from '../src/auth/rbac/rbac-authorizer.js'
import { RoleIndex } from '../src/auth/rbac/role-index.js'
import { WatchCache } from '../src/cache/watch-cache.js'
import type { KubeObject } from '../src/meta/object.js'
import { parseRequestInfo } from '../src/meta/request-info.js'
import { historyLimits } from '../src/store/history.js'
import { storeKey } from '../src/store/keys.js'
import { MemoryStore } from '../src/store/memory/memory-store.js'
import type { Bench, Row } from './scenario.js'

const bindings = 1_000
const apiVersion = `${rbacGroup}/v1`
const plurals: Readonly<Record<string, string>> = {
  ...{ ClusterRole: 'clusterroles', ClusterRoleBinding: 'clusterrolebindings' },
  ...{ Role: 'roles', RoleBinding: 'rolebindings' },
}

/** What a decision of mode RBAC costs, upstream's roles and 1,000 bindings in 100 namespaces being there. */
export async function authorize({ seconds }: Bench): Promise<Row[]> {
  const store = new MemoryStore(historyLimits(undefined))
  const key = (plural: string, namespace: string, name?: string) => storeKey(rbacGroup, plural, namespace, name)
  for (const object of [...bootstrapPolicy(), ...Array.from({ length: bindings }, (_, i) => policyOf(i)).flat()]) {
    const { name = '', namespace = '' } = object.metadata
    await store.create(key(plurals[object.kind] ?? '', namespace, name), object)
  }
  const cache = await WatchCache.open(store, historyLimits(undefined))
  const { index, stop } = await RoleIndex.open({ cache, key })
  const authorizer = createAuthorizer([rbacAuthorizer(index)])
  const path = (i: number, plural: string) => `/api/v1/namespaces/ns-${i % 100}/${plural}/x`
  const attributes = (i: number, plural: string, groups: readonly string[] = []) => ({
    ...parseRequestInfo('GET', path(i, plural), new URLSearchParams()),
    user: { name: `user-${i}`, groups: [...groups, 'system:authenticated'] },
  })
  const cases: [what: string, asked: (i: number) => ReturnType<typeof attributes>][] = [
    ['allowed by a role of one namespace', (i) => attributes(i, 'pods')],
    ['allowed by view, of 22 rules', (i) => attributes(i, 'services', ['viewers'])],
    ['denied', (i) => attributes(i, 'secrets', ['a', 'b', 'c'])],
  ]
  const rows: Row[] = []
  for (const [what, asked] of cases) {
    const requests = Array.from({ length: bindings }, (_, i) => asked(i))
    const microseconds = await measured(requests, (one) => authorizer.authorize(one), seconds)
    rows.push({ what: `authorize, ${bindings} bindings: ${what}`, value: microseconds, unit: 'µs', better: 'lower' })
  }
  stop()
  await cache.close()
  await store.close()
  return rows
}

/** From the sources: what is compiled for the bench has no data beside it. */
function bootstrapPolicy(): KubeObject[] {
  const file = new URL('../../../src/apis/data/bootstrap-policy.jsonl', import.meta.url)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { name, namespace, ...object } = JSON.parse(line) as KubeObject & { name: string; namespace?: string }
    return { ...object, apiVersion, metadata: { name, ...(namespace ? { namespace } : {}) } }
  })
}

/** A role for one user in a namespace, and a group that may view there. */
function policyOf(i: number): KubeObject[] {
  const metadata = { name: `r-${i}`, namespace: `ns-${i % 100}` }
  const rules = [{ apiGroups: [''], resources: ['pods', 'configmaps'], verbs: ['get', 'list', 'watch'] }]
  const roleRef = { apiGroup: rbacGroup, kind: 'Role', name: metadata.name }
  const user = { apiGroup: rbacGroup, kind: 'User', name: `user-${i}` }
  const own = [
    { apiVersion, kind: 'Role', metadata, rules },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef, subjects: [user] },
  ]
  if (i >= 100) return own
  const group = { apiGroup: rbacGroup, kind: 'Group', name: 'viewers' }
  const view = { apiGroup: rbacGroup, kind: 'ClusterRole', name: 'system:aggregate-to-view' }
  const viewers = { name: 'viewers', namespace: metadata.namespace }
  return [...own, { apiVersion, kind: 'RoleBinding', metadata: viewers, roleRef: view, subjects: [group] }]
}

async function measured<T>(items: readonly T[], work: (item: T) => unknown, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000
  let [count, spent] = [0, 0]
  for (let round = 0; performance.now() < end || round < 3; round++) {
    const began = process.cpuUsage()
    for (const item of items) work(item)
    const { user, system } = process.cpuUsage(began)
    // The first rounds compile.
    if (round < 2) continue
    spent += user + system
    count += items.length
  }
  return spent / count
}
