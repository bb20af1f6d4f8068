import { stringifyJson } from '../codec/json.js'
import { ConversionFailed, convertObjects } from '../conversion/convert.js'
import { formatApiVersion, formatGroupVersionKind } from '../meta/gvk.js'
import { cloneJson } from '../meta/json-clone.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { applyDefaults, dropNulls } from '../schema/default.js'
import { coerceEmbedded, EmbeddedTypeError, mendEmbedded } from '../schema/embedded-resources.js'
import { prune } from '../schema/prune.js'
import type { Schema } from '../schema/schema.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import type { ResourceVersion } from './definition.js'
import type { Resource } from './resource.js'

/** The object in the request's version, defaulted; a fresh tree. */
export async function readObject(resource: Resource, stored: Stored): Promise<KubeObject> {
  const [object] = await readObjects(resource, [stored])
  return object as KubeObject
}

/** Several at once, so that a converter is asked once. */
async function readObjects(resource: Resource, stored: readonly Stored[]): Promise<KubeObject[]> {
  const objects = stored.map((one) => decodeAsStored(resource, one))
  if (objects.every(({ apiVersion }) => apiVersion === resource.apiVersion)) return objects
  return convert(resource, objects, resource.apiVersion)
}

/**
 * The object in the version it is stored in. Stored under an older schema it is read by the one of today: what that does
 * not name is gone, its defaults are there (API-SEMANTICS R21).
 */
function decodeAsStored(resource: Resource, stored: Stored): KubeObject {
  const object = decodeStored(stored)
  if (isSettled(resource, stored)) return object
  const { group, versions } = resource.definition
  const version = versions.find(({ name }) => formatApiVersion({ group, version: name }) === object.apiVersion)
  if (!version) throw errors.bare(500, `request to convert CR from an invalid group/version: ${object.apiVersion}`)
  prune(object, version.schema)
  dropNulls(object, version.schema)
  mendEmbedded(object, version.schema)
  setDefaults(version, object)
  return object
}

/** Whether the object is as the schema of today's storage version has it, which is that of the bytes. */
function isSettled({ definition: { settled } }: Resource, { revision }: Stored): boolean {
  return settled === undefined || revision > settled.from
}

/** Objects stored by a write that began with today's schema, and later ones, need no look (Settled). */
export function noteStored({ definition: { settled } }: Resource, stored: Stored): Stored {
  if (settled?.lowered && stored.revision <= settled.from) settled.from = stored.revision - 1
  return stored
}

const known = new WeakMap<Stored, WeakMap<Resource, Buffer>>()

/**
 * The object's JSON in the request's version: the stored bytes themselves where that is the storage version, else
 * converted bytes, kept as long as the stored ones live.
 */
export function readJson(resource: Resource, stored: Stored): Buffer | Promise<Buffer> {
  return knownJson(resource, stored) ?? readObject(resource, stored).then((object) => keep(resource, stored, object))
}

/** Of a list, in order: what needs conversion is converted in one go. */
export async function readAllJson(resource: Resource, all: readonly Stored[]): Promise<Buffer[]> {
  const unknown = all.filter((stored) => !knownJson(resource, stored))
  if (unknown.length > 0) {
    const objects = await readObjects(resource, unknown)
    for (const [i, stored] of unknown.entries()) keep(resource, stored, objects[i] as KubeObject)
  }
  return all.map((stored) => knownJson(resource, stored) as Buffer)
}

/** The JSON in the request's version, where it has been made already. */
export function knownJson(resource: Resource, stored: Stored): Buffer | undefined {
  return resource.isStorage && isSettled(resource, stored) ? stored.json : known.get(stored)?.get(resource)
}

function keep(resource: Resource, stored: Stored, object: KubeObject): Buffer {
  const made = Buffer.from(stringifyJson(object))
  const json = made.equals(stored.json) ? stored.json : made
  const ofVersions = known.get(stored) ?? new WeakMap<Resource, Buffer>()
  known.set(stored, ofVersions.set(resource, json))
  return json
}

/** The object as it is stored: in the storage version, with that version's defaults. */
export async function toStorage(resource: Resource, object: KubeObject): Promise<KubeObject> {
  if (resource.isStorage) return object
  const [stored] = await convert(resource, [object], resource.storageApiVersion)
  setDefaults(resource.storage, stored as KubeObject)
  return stored as KubeObject
}

/** A copy in another version of the resource, with that version's defaults. */
export async function inVersion(resource: Resource, object: KubeObject): Promise<KubeObject> {
  const [converted] = await convert(resource, [cloneJson(object)], resource.apiVersion)
  setDefaults(resource.version, converted as KubeObject)
  return converted as KubeObject
}

export function setDefaults(version: ResourceVersion, object: KubeObject): void {
  applyDefaults(object, version.schema)
  version.setDefaults?.(object)
}

/**
 * Converted custom resources have what the schema of their new version names, and no defaults of it, as upstream's; those
 * of TypeScript kinds are defaulted.
 */
async function convert(resource: Resource, objects: KubeObject[], apiVersion: string): Promise<KubeObject[]> {
  const { definition, version, storage } = resource
  const target = apiVersion === resource.apiVersion ? version : storage
  try {
    const converted = await convertObjects(objects, apiVersion, definition.convert?.bind(definition))
    for (const [i, object] of converted.entries()) {
      if (object === objects[i]) continue
      if (definition.rules?.customResource) reshape(object, target.schema)
      else setDefaults(target, object)
    }
    return converted
  } catch (error) {
    if (error instanceof EmbeddedTypeError) throw errors.bare(500, error.message)
    if (!(error instanceof ConversionFailed)) throw error
    throw errors.internal(
      `conversion for ${formatGroupVersionKind(resource.groupVersionKind)} failed: ${error.message}`,
    )
  }
}

/** Takes away what a schema does not allow. @throws EmbeddedTypeError */
function reshape(object: KubeObject, schema: Schema): void {
  prune(object, schema)
  dropNulls(object, schema)
  coerceEmbedded(object, schema)
}
