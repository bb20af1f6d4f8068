import { allBut, type FieldFilter, type ManagedKind, statusAnd } from '../apply/managed-kind.js'
import type { FieldWrite } from '../apply/update-managed-fields.js'
import { convertObjects } from '../conversion/convert.js'
import { formatApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import { type Backend, timestamp } from './backend.js'
import type { WriteOptions } from './options.js'
import type { Resource } from './resource.js'
import type { UpdateTarget } from './target.js'

/** What a resource's writes have in common. */
interface Managed {
  readonly kind: ManagedKind
  /** What may be owned through the resource itself, through its status, and by who writes both. */
  readonly main: FieldFilter | undefined
  readonly status: FieldFilter
  readonly whole: FieldFilter | undefined
}

const known = new WeakMap<Resource, Managed>()

/** Who writes, as field ownership sees it (API-SEMANTICS S03, S09). */
export function fieldWrite(
  backend: Backend,
  resource: Resource,
  subresource: UpdateTarget['subresource'],
  options: WriteOptions,
): FieldWrite {
  const { kind, main, status, whole } = managed(resource)
  const mayOwn = subresource === 'status' ? status : subresource === '*' ? whole : main
  return {
    kind,
    manager: options.fieldManager,
    subresource: subresource === '*' ? '' : subresource,
    now: timestamp(backend.now()),
    ...(mayOwn ? { mayOwn } : {}),
  }
}

function managed(resource: Resource): Managed {
  let found = known.get(resource)
  if (!found) {
    const { unowned = [], statusMetadata = [] } = resource.definition.rules ?? {}
    const but = (names: readonly string[]) => (names.length > 0 ? allBut(...names) : undefined)
    found = {
      kind: newManagedKind(resource),
      main: but(resource.hasStatus ? ['status', ...unowned] : unowned),
      status: statusAnd(statusMetadata),
      whole: but(unowned),
    }
    known.set(resource, found)
  }
  return found
}

function newManagedKind(resource: Resource): ManagedKind {
  const { definition, kind, apiVersion } = resource
  const { emptyObject } = resource.version
  const schemas = new Map(
    definition.versions.map((v) => [formatApiVersion({ group: v.group ?? definition.group, version: v.name }), v]),
  )
  return {
    kind,
    apiVersion,
    schemaOf: (version) => schemas.get(version)?.schema,
    convert: async (object, toApiVersion) => {
      const [converted] = await convertObjects([object], toApiVersion, definition.convert?.bind(definition))
      return converted as KubeObject
    },
    ...(emptyObject ? { empty: { ...emptyObject, apiVersion, kind, metadata: {} } } : {}),
  }
}
