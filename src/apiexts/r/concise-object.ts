import { isJsonObject, type JsonObject, type KubeObject, setOwn } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'

/**
 * The concise form of an object: name, namespace, labels, annotations, finalizers, `created`, `deleted` and `version`
 * (the resourceVersion) out of its metadata; the fields of its spec beside them; its status; and whatever else it has at
 * the top (`data` of a ConfigMap). A field of the spec that is called like one of those stands in `spec`.
 */

/** Out of metadata; what a client may set of it is written under the same names. */
const settable = ['name', 'namespace', 'labels', 'annotations', 'finalizers'] as const
/** Said by the server; ignored where a client sends it back. */
export const toldFields = ['created', 'deleted', 'version'] as const
/** What is not a field of the kind's own. */
export const conciseFields: ReadonlySet<string> = new Set([...settable, ...toldFields, 'spec', 'status'])

/** kubectl's own note: as long as the object, and of no use to anybody else. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

export function toConcise(object: KubeObject): JsonObject {
  const { apiVersion: _a, kind: _k, metadata, spec, status, ...top } = object
  const { name, namespace, labels, annotations = {}, finalizers, creationTimestamp, deletionTimestamp } = metadata
  const { [lastApplied]: _, ...shown } = annotations
  const fields = isJsonObject(spec) ? spec : {}
  const beside = Object.entries(fields).filter(([field]) => !conciseFields.has(field) && !Object.hasOwn(top, field))
  const inSpec = Object.entries(fields).filter(([field]) => conciseFields.has(field) || Object.hasOwn(top, field))
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(labels ? { labels } : {}),
    ...(Object.keys(shown).length > 0 ? { annotations: shown } : {}),
    ...(finalizers ? { finalizers } : {}),
    ...(creationTimestamp ? { created: creationTimestamp } : {}),
    ...(deletionTimestamp ? { deleted: deletionTimestamp } : {}),
    ...(metadata.resourceVersion ? { version: metadata.resourceVersion } : {}),
    ...top,
    ...Object.fromEntries(beside),
    ...(inSpec.length > 0 ? { spec: Object.fromEntries(inSpec) } : {}),
    ...(status === undefined ? {} : { status }),
  }
}

/**
 * What a concise body says, in the shape of the kind: for a new object all of it, for a change a merge patch, in which
 * null removes. Fields that the kind has at the top go there, all others into the spec, if it has one; what neither
 * knows is then told as for any other client. Status is left out: it has a path of its own.
 */
export function fromConcise(concise: JsonObject, { version: { schema } }: Resource): JsonObject {
  const properties = schema.properties ?? {}
  const hasSpec = Object.hasOwn(properties, 'spec')
  const metadata: JsonObject = {}
  const top: JsonObject = {}
  const spec: JsonObject = {}
  for (const [field, value] of Object.entries(concise)) {
    if ((settable as readonly string[]).includes(field)) metadata[field] = value
    else if (conciseFields.has(field)) continue
    else setOwn(hasSpec && !Object.hasOwn(properties, field) ? spec : top, field, value)
  }
  if (isJsonObject(concise.spec)) for (const [field, value] of Object.entries(concise.spec)) setOwn(spec, field, value)
  return { ...top, metadata, ...(Object.keys(spec).length > 0 ? { spec } : {}) }
}
