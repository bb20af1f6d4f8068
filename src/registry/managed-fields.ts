import { allBut, type ManagedKind, statusAnd } from '../apply/managed-kind.js'
import type { FieldWrite } from '../apply/update-managed-fields.js'
import { convertObjects } from '../conversion/convert.js'
import { formatApiVersion } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import { type Backend, timestamp } from './backend.js'
import type { WriteOptions } from './options.js'
import type { Resource } from './resource.js'
import type { UpdateTarget } from './target.js'

const kinds = new WeakMap<Resource, ManagedKind>()

/** Who writes, as field ownership sees it (API-SEMANTICS S03, S09). */
export function fieldWrite(
  backend: Backend,
  resource: Resource,
  subresource: UpdateTarget['subresource'],
  options: WriteOptions,
): FieldWrite {
  const write = {
    kind: managedKind(resource),
    manager: options.fieldManager,
    subresource: subresource === '*' ? '' : subresource,
    now: timestamp(backend.now()),
  }
  const { unowned = [], statusMetadata = [] } = resource.definition.rules ?? {}
  if (subresource === 'status') return { ...write, mayOwn: statusAnd(statusMetadata) }
  const others = subresource !== '*' && resource.hasStatus ? ['status', ...unowned] : unowned
  return others.length > 0 ? { ...write, mayOwn: allBut(...others) } : write
}

function managedKind(resource: Resource): ManagedKind {
  let kind = kinds.get(resource)
  if (!kind) {
    kind = newManagedKind(resource)
    kinds.set(resource, kind)
  }
  return kind
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
