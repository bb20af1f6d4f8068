import type { StructType } from '../../codec/typed/type.js'
import { TypeLibrary } from '../../codec/typed/type-library.js'
import { formatApiVersion } from '../../meta/gvk.js'
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
