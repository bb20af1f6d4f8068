import type { StructType } from '../../codec/typed/type.js'
import { TypeLibrary } from '../../codec/typed/type-library.js'
import { formatApiVersion, type GroupVersionKind, parseApiVersion } from '../../meta/gvk.js'
import { readDataFile } from './data-file.js'
import { allResourceFacts } from './resource-facts.js'

/** Kinds that every group version has. */
const metaKinds = new Set(['DeleteOptions', 'Status', 'WatchEvent'])
const metaVersions = new Set(['v1', 'meta.k8s.io/v1'])
const partialVersions = new Set(['meta.k8s.io/v1', 'meta.k8s.io/v1beta1'])
const partialKinds = new Set(['PartialObjectMetadata', 'PartialObjectMetadataList'])

let library: TypeLibrary | undefined
let typeNames: Map<string, string> | undefined

function types(): TypeLibrary {
  library ??= new TypeLibrary(readDataFile('types.txt'))
  return library
}

/** The Go type of a kind of Kubernetes' own, or of the lists of one; undefined for any other. */
export function kindType({ apiVersion, kind }: { apiVersion: string; kind: string }): StructType | undefined {
  const names = kindNames()
  const own = names.get(`${apiVersion} ${kind}`)
  if (own !== undefined) return types().struct(own)
  const item = kind.endsWith('List') ? names.get(`${apiVersion} ${kind.slice(0, -'List'.length)}`) : undefined
  const itemType = item === undefined ? undefined : types().struct(item)
  if (itemType) return types().listOf(itemType)
  const served = metaVersions.has(apiVersion) || partialVersions.has(apiVersion) || names.has(apiVersion)
  return served ? metaType(apiVersion, kind) : undefined
}

/** A struct by its name in types.txt: `core.v1.PodSpec`. */
export function namedType(name: string): StructType | undefined {
  return types().struct(name)
}

function metaType(apiVersion: string, kind: string): StructType | undefined {
  if (metaKinds.has(kind)) return types().struct(`meta.v1.${kind}`)
  if (!partialVersions.has(apiVersion) || !partialKinds.has(kind)) return undefined
  const partial = types().struct('meta.v1.PartialObjectMetadata')
  return kind === 'PartialObjectMetadata' ? partial : partial && types().listOf(partial)
}

/** Names of types by `<apiVersion> <kind>`; the API versions themselves are keys too. */
function kindNames(): ReadonlyMap<string, string> {
  if (typeNames) return typeNames
  typeNames = new Map()
  for (const { group, version, kind, subresources = [] } of allResourceFacts()) {
    addKind(typeNames, group, version, kind)
    for (const sub of subresources) {
      addKind(typeNames, sub.version ? (sub.group ?? '') : group, sub.version ?? version, sub.kind ?? kind)
    }
  }
  return typeNames
}

function addKind(names: Map<string, string>, group: string, version: string, kind: string): void {
  const apiVersion = formatApiVersion({ group, version })
  names.set(apiVersion, '')
  names.set(`${apiVersion} ${kind}`, `${group.split('.', 1)[0] || 'core'}.${version}.${kind}`)
}

/** A type by its own name, such as `meta.v1.ObjectMeta`. */
export function namedStruct(name: string): StructType | undefined {
  return types().struct(name)
}

/** `io.k8s.api.core.v1.PodSpec`, as OpenAPI documents call the type `core.v1.PodSpec`. */
export function openApiName(name: string): string {
  return types().fullName(name)
}

let typeKinds: Map<string, GroupVersionKind[]> | undefined

/** What a type is as a whole object; undefined for one that is only a part of others. */
export function kindsOfType(name: string): readonly GroupVersionKind[] | undefined {
  typeKinds ??= kindsByType()
  const own = typeKinds.get(name)
  if (own || !name.endsWith('List')) return own
  const items = typeKinds.get(name.slice(0, -'List'.length))
  return items?.map(({ kind, ...groupVersion }) => ({ ...groupVersion, kind: `${kind}List` }))
}

function kindsByType(): Map<string, GroupVersionKind[]> {
  const kinds = new Map<string, GroupVersionKind[]>()
  for (const kind of metaKinds) kinds.set(`meta.v1.${kind}`, [{ group: '', version: 'v1', kind }])
  for (const [key, type] of kindNames()) {
    if (type === '') continue
    const [apiVersion = '', kind = ''] = key.split(' ')
    const groupVersion = parseApiVersion(apiVersion) ?? { group: '', version: apiVersion }
    kinds.set(type, [...(kinds.get(type) ?? []), { ...groupVersion, kind }])
  }
  return kinds
}
