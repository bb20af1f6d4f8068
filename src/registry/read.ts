import { stringifyJson } from '../codec/json.js'
import { ConversionFailed, convertObjects } from '../conversion/convert.js'
import { formatGroupVersionKind } from '../meta/gvk.js'
import { cloneJson } from '../meta/json-clone.js'
import type { KubeObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { applyDefaults } from '../schema/default.js'
import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'
import type { Resource } from './resource.js'

/** The object in the request's version, defaulted; a fresh tree. */
export async function readObject(resource: Resource, stored: Stored): Promise<KubeObject> {
  const [object] = await readObjects(resource, [stored])
  return object as KubeObject
}

/** Several at once, so that a converter is asked once. */
async function readObjects(resource: Resource, stored: readonly Stored[]): Promise<KubeObject[]> {
  const objects = stored.map(decodeStored)
  if (resource.isStorage) return objects
  const converted = await convert(resource, objects, resource.apiVersion)
  for (const object of converted) setDefaults(resource.version, object)
  return converted
}

/**
 * The object's JSON in the request's version: the stored bytes themselves where that is the storage version, else
 * converted bytes, kept as long as the stored ones live.
 */
export function readJson(resource: Resource, stored: Stored): Buffer | Promise<Buffer> {
  if (resource.isStorage) return stored.json
  const known = converted.get(stored)?.get(resource.apiVersion)
  if (known) return known
  return readObject(resource, stored).then((object) => {
    const json = Buffer.from(stringifyJson(object))
    const versions = converted.get(stored) ?? new Map<string, Buffer>()
    converted.set(stored, versions.set(resource.apiVersion, json))
    return json
  })
}

const converted = new WeakMap<Stored, Map<string, Buffer>>()

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

export function setDefaults(version: Resource['version'], object: KubeObject): void {
  applyDefaults(object, version.schema)
  version.setDefaults?.(object)
}

async function convert(resource: Resource, objects: KubeObject[], apiVersion: string): Promise<KubeObject[]> {
  try {
    return await convertObjects(objects, apiVersion, resource.definition.convert?.bind(resource.definition))
  } catch (error) {
    if (!(error instanceof ConversionFailed)) throw error
    throw errors.internal(
      `conversion for ${formatGroupVersionKind(resource.groupVersionKind)} failed: ${error.message}`,
    )
  }
}
