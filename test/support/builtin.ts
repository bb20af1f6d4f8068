import { builtinResources } from '../../src/apis/builtin-resources.js'
import { cloneJson } from '../../src/meta/json-clone.js'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { StatusError } from '../../src/meta/status.js'
import { dropUnknown } from '../../src/registry/decode-object.js'
import { setDefaults } from '../../src/registry/read.js'
import { Resource } from '../../src/registry/resource.js'
import { validateNew, validateUpdate } from '../../src/registry/validate.js'

/** One of Kubernetes' own resources, by its kind. */
export function builtin(kind: string): Resource {
  const definition = builtinResources().find(({ names }) => names.kind === kind)
  const [version] = definition?.versions ?? []
  if (!definition || !version) throw new Error(`${kind} is not served`)
  return new Resource(definition, version)
}

/** What would be stored of a new object. @throws StatusError */
export function created(resource: Resource, body: unknown): KubeObject {
  const object = decoded(resource, body)
  if (resource.hasStatus) delete object.status
  setDefaults(resource.version, object)
  resource.definition.strategy?.prepareForCreate?.(object)
  validateNew(resource, object)
  return object
}

/** What would be stored of an object that `body` takes the place of. @throws StatusError */
export function updated(resource: Resource, body: unknown, old: KubeObject): KubeObject {
  const object = decoded(resource, body)
  if (old.status !== undefined) object.status = cloneJson(old.status)
  setDefaults(resource.version, object)
  resource.definition.strategy?.prepareForUpdate?.(object, old, '')
  validateUpdate(resource, object, { old, subresource: '' }, () => {})
  return object
}

/** The causes of a refusal, `<field>: <message>`, sorted; [] when there is none, the message where it has no causes. */
export function refusal(write: () => unknown): string[] | string {
  try {
    write()
    return []
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const { causes } = error.status.details ?? {}
    return causes ? [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))].sort() : error.message
  }
}

/** A row of `kubectl get`, by the names of its columns; `now` in milliseconds. */
export function cells(kind: string, object: KubeObject, now: number): Record<string, unknown> {
  const columns = builtin(kind).version.printerColumns ?? []
  return Object.fromEntries(columns.map(({ name, value }) => [name, value?.(object, now)]))
}

function decoded(resource: Resource, body: unknown): KubeObject {
  const { apiVersion, kind } = resource
  const object: KubeObject = { metadata: {}, ...(cloneJson(body) as JsonObject), apiVersion, kind }
  dropUnknown(resource, object)
  if (resource.namespaced) object.metadata.namespace = 'default'
  return object
}
