import { decodeTypedObject } from '../codec/typed/decode-value.js'
import { emptyStruct } from '../codec/typed/empty-struct.js'
import { printStruct } from '../codec/typed/print-struct.js'
import type { StructType } from '../codec/typed/type.js'
import { formatApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import type { PrinterColumn, ResourceDefinition, ResourceVersion, Subresources } from '../registry/definition.js'
import type { BuiltinKind, Cell } from './builtin-kind.js'
import { age } from './cells.js'
import { kindType } from './facts/kind-types.js'
import { columnFacts } from './facts/printer-columns.js'
import type { ResourceFacts } from './facts/resource-facts.js'
import { typeSchema } from './facts/type-schema.js'
import { resourceRules } from './resource-rules.js'
import { selectableFields } from './selectable-fields.js'
import type { TypeDefaulter } from './type-defaults.js'

/**
 * A resource of Kubernetes' own: its facts, those of the preferred version first, and what is said of it by hand. Its
 * types are read when they are first needed.
 */
export function defineResource(
  versions: readonly [ResourceFacts, ...ResourceFacts[]],
  kind: BuiltinKind,
  defaulter: TypeDefaulter,
): ResourceDefinition {
  const [preferred] = versions
  const { name: plural, singular, kind: kindName, shortNames, categories, cluster } = preferred
  return {
    group: preferred.group,
    names: {
      plural,
      singular,
      kind: kindName,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
    },
    scope: cluster ? 'Cluster' : 'Namespaced',
    rules: resourceRules(preferred),
    ...(kind.strategy ? { strategy: kind.strategy } : {}),
    ...(kind.verbs ? { verbs: kind.verbs } : {}),
    ...converter(versions, kind),
    versions: versions.map((facts) => defineVersion(facts, preferred, kind, defaulter)),
  }
}

function defineVersion(
  facts: ResourceFacts,
  preferred: ResourceFacts,
  kind: BuiltinKind,
  defaulter: TypeDefaulter,
): ResourceVersion {
  const fields = selectableFields(facts)
  return {
    name: facts.version,
    ...(facts.group === preferred.group ? {} : { group: facts.group }),
    served: true,
    storage: facts === preferred,
    get schema() {
      return typeSchema(typeOf(facts))
    },
    get printerColumns() {
      return columnsOf(facts, kind)
    },
    decode: (object) => {
      decodeTypedObject(object, typeOf(facts))
      kind.checkDecoded?.(object)
    },
    get emptyObject() {
      return emptyStruct(typeOf(facts))
    },
    setDefaults: (object) => {
      showStatus(object, facts)
      defaulter.setDefaults(object, typeOf(facts))
    },
    subresources: subresourcesOf(facts, kind),
    ...(kind.deprecation ? { deprecated: true, deprecationWarning: kind.deprecation } : {}),
    ...(fields.length > 0 ? { selectableFields: fields } : {}),
  }
}

/** What comes out of a conversion is printed as the types of its version are. */
function converter(versions: readonly ResourceFacts[], { convert }: BuiltinKind): Pick<ResourceDefinition, 'convert'> {
  if (!convert) return {}
  const one = (object: KubeObject, toVersion: string) => {
    const converted = convert(object, toVersion)
    const facts = versions.find((version) => formatApiVersion(version) === converted.apiVersion)
    if (facts) decodeTypedObject(converted, typeOf(facts))
    return converted
  }
  return { convert: (objects, toVersion) => objects.map((object) => one(object, toVersion)) }
}

function typeOf({ group, version, kind }: ResourceFacts): StructType {
  const type = kindType({ apiVersion: formatApiVersion({ group, version }), kind })
  if (!type) throw new Error(`types.txt has no ${kind} of ${group}/${version}`)
  return type
}

/** Kinds with a status always show one. A write may have lost it: status is for its subresource. */
function showStatus(object: KubeObject, facts: ResourceFacts): void {
  const { type, pointer, omitEmpty } = typeOf(facts).members.get('status')?.field ?? {}
  if (type?.kind === 'struct' && !pointer && !omitEmpty) object.status ??= printStruct(type, new Map())
}

const columns = new WeakMap<ResourceFacts, readonly PrinterColumn[]>()

function columnsOf(facts: ResourceFacts, { cells = {} }: BuiltinKind): readonly PrinterColumn[] {
  let known = columns.get(facts)
  const cellOf = ({ name }: PrinterColumn) => cells[name] ?? commonCells[name] ?? noValue
  if (!known) {
    const name = cells.Name ? [{ name: 'Name', type: 'string' as const, format: 'name', value: cells.Name }] : []
    const own = columnFacts(facts).map((column) =>
      column.format === 'name' && !cells[column.name] ? column : { ...column, value: cellOf(column) },
    )
    known = [...name, ...own]
    columns.set(facts, known)
  }
  return known
}

const noValue = () => null
const commonCells: Readonly<Record<string, Cell>> = {
  Age: age,
  'Created At': ({ metadata }) => metadata.creationTimestamp ?? '',
}

function subresourcesOf({ subresources = [] }: ResourceFacts, kind: BuiltinKind): Subresources {
  const names = new Set(subresources.map(({ name }) => name))
  return {
    ...(names.has('status') ? { status: true } : {}),
    ...(names.has('finalize') ? { finalize: true } : {}),
    ...(names.has('scale') && kind.scale ? { scale: kind.scale } : {}),
    ...kind.subresources,
  }
}
