import { createHash } from 'node:crypto'
import { stringifyJson } from '../codec/json.js'
import { formatApiVersion } from '../meta/gvk.js'
import { computedVerbNames } from '../registry/computed-verbs.js'
import type { CustomSubresource } from '../registry/definition.js'
import type { Group, Registry } from '../registry/registry.js'
import type { Resource } from '../registry/resource.js'
import type { Aggregation, GroupVersions } from './aggregation.js'

/** Verbs of a stored resource, sorted as upstream lists them. */
const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const statusVerbs = ['get', 'patch', 'update']
const verbOfMethod = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' } as const

export function resourceVerbs(resource: Resource): string[] {
  const { rules, verbs } = resource.definition
  if (verbs) return computedVerbNames(verbs)
  return rules?.noDeleteCollection ? allVerbs.filter((v) => v !== 'deletecollection') : allVerbs
}

interface SubresourceEntry {
  readonly name: string
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly verbs: readonly string[]
}

/** In order of their names. */
export function subresourcesOf(resource: Resource): SubresourceEntry[] {
  const { status, finalize, scale, parts = {}, custom = {} } = resource.version.subresources ?? {}
  const own = resource.groupVersionKind
  return [
    ...Object.entries(custom).map(([name, subresource]) => ({
      name,
      ...(subresource.kind ?? own),
      verbs: customVerbs(subresource),
    })),
    ...Object.entries(parts).map(([name, verbs]) => ({ name, ...own, verbs })),
    ...(finalize ? [{ name: 'finalize', ...own, verbs: ['update'] }] : []),
    ...(scale ? [{ name: 'scale', group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: statusVerbs }] : []),
    ...(status ? [{ name: 'status', ...own, verbs: statusVerbs }] : []),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function customVerbs({ methods, creates, connect }: CustomSubresource): string[] {
  const names = new Set([...Object.keys(methods), ...(creates ? ['POST'] : []), ...(connect ? ['GET'] : [])])
  return [...names].map((method) => verbOfMethod[method as keyof typeof verbOfMethod]).sort()
}

/** `/api` (API-SEMANTICS D01). `address` is where the client reached this server. */
export function coreVersions(registry: Registry, address: string): object {
  return {
    kind: 'APIVersions',
    versions: registry.group('')?.versions ?? [],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
  }
}

/** `/apis` (D02): all groups but the core one. */
export function groupList(all: readonly GroupVersions[]): object {
  const groups = all.filter((g) => g.name !== '')
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupEntry) }
}

/** `/apis/<group>` (D03). */
export function groupDocument(group: GroupVersions): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(group) }
}

function groupEntry({ name, versions }: GroupVersions) {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: all, preferredVersion: all[0] }
}

/** `/api/v1`, `/apis/<group>/<version>` (D04, D05). */
export function resourceList(group: Group, version: string): object {
  const groupVersion = formatApiVersion({ group: group.name, version })
  const resources = group.resources(version).flatMap((resource) => {
    const { singular, shortNames, categories } = resource.definition.names
    const { plural: name, kind, namespaced } = resource
    const stored = resource.definition.verbs === undefined
    return [
      {
        name,
        singularName: singular,
        namespaced,
        kind,
        verbs: resourceVerbs(resource),
        ...(shortNames ? { shortNames } : {}),
        ...(categories ? { categories } : {}),
        ...(stored ? { storageVersionHash: storageVersionHash(resource) } : {}),
      },
      ...subresourcesOf(resource).map((sub) => ({
        name: `${name}/${sub.name}`,
        singularName: '',
        namespaced,
        ...(sub.group === group.name && sub.version === version ? {} : { group: sub.group, version: sub.version }),
        kind: sub.kind,
        verbs: sub.verbs,
      })),
    ]
  })
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
}

/** Tells clients whether objects are stored in another version than before: upstream's, of what is stored. */
function storageVersionHash({ definition, storage, kind }: Resource): string {
  const stored = createHash('sha256').update(`${definition.group}/${storage.name}/${kind}`).digest()
  return stored.subarray(0, 8).toString('base64')
}

/** Versions of apidiscovery.k8s.io that are told; kubectl up to 1.29 asks for the older one (D23). */
export type DiscoveryVersion = 'v2' | 'v2beta1'

/** What discovery is made of. */
export interface DiscoverySource {
  readonly registry: Registry
  readonly aggregation: Aggregation
}

/** All groups, in discovery's order. */
export function groupsInOrder({ registry, aggregation }: DiscoverySource): GroupVersions[] {
  return aggregation.inOrder(registry.allGroups())
}

/** The aggregated form of `/api` (`core`) or `/apis` (D20, D21). */
export function aggregatedDiscovery(source: DiscoverySource, core: boolean, version: DiscoveryVersion): object {
  const groups = groupsInOrder(source).filter((g) => (g.name === '') === core)
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.flatMap(({ name, versions }) => {
      const told = versions.flatMap((v) => aggregatedVersion(source, name, v) ?? [])
      return told.length === 0 ? [] : [{ metadata: name === '' ? {} : { name }, versions: told }]
    }),
  }
}

/** Undefined: nobody serves it. */
function aggregatedVersion({ registry, aggregation }: DiscoverySource, group: string, version: string) {
  const remote = aggregation.remote(group, version)
  if (remote) {
    const { resources, isStale } = remote
    return { version, ...(resources ? { resources } : {}), freshness: isStale || !resources ? 'Stale' : 'Current' }
  }
  const resources = registry.group(group)?.resources(version) ?? []
  return resources.length === 0
    ? undefined
    : { version, resources: resources.map(aggregatedResource), freshness: 'Current' }
}

function aggregatedResource(resource: Resource) {
  const { singular, shortNames, categories } = resource.definition.names
  const own = resource.groupVersionKind
  // Both or neither: client-go takes a group without a version for the resource's own.
  const isOwn = ({ group, version }: SubresourceEntry) => group === own.group && version === own.version
  const subresources = subresourcesOf(resource).map((sub) => ({
    subresource: sub.name,
    responseKind: {
      ...(isOwn(sub) ? { group: '', version: '' } : { group: sub.group, version: sub.version }),
      kind: sub.kind,
    },
    verbs: sub.verbs,
  }))
  return {
    resource: resource.plural,
    responseKind: { group: '', version: '', kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: resourceVerbs(resource),
    ...(shortNames ? { shortNames } : {}),
    ...(categories ? { categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  }
}

/** Upper-case hex SHA-512 in quotes, as upstream's. */
export function etag(document: object): string {
  return `"${createHash('sha512').update(stringifyJson(document)).digest('hex').toUpperCase()}"`
}
