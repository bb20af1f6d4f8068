import { parseJson, stringifyJson } from '../codec/json.js'
import { type JsonObject, type KubeObject, setOwn } from '../meta/object.js'
import type { Revision, Stored } from './store.js'

const head = new Set(['apiVersion', 'kind', 'metadata'])
const identity = new Set(['name', 'namespace', 'resourceVersion'])

/**
 * The stored form of `object` at `revision`: its JSON with that resourceVersion (0, for a dry run: with none).
 * apiVersion, kind and metadata come first, so that who sends it on can cut them off. `object` is not changed.
 */
export function encodeStored(key: string, revision: Revision, object: KubeObject): Stored {
  const { name, namespace } = object.metadata
  // Filled member by member: on the way of every write, spread and rest cost more than the JSON itself.
  const metadata: JsonObject = {}
  if (name !== undefined) metadata.name = name
  if (namespace !== undefined) metadata.namespace = namespace
  if (revision !== 0) metadata.resourceVersion = String(revision)
  for (const key of Object.keys(object.metadata)) {
    if (!identity.has(key)) setOwn(metadata, key, (object.metadata as JsonObject)[key])
  }
  const ordered: JsonObject = { apiVersion: object.apiVersion, kind: object.kind, metadata }
  for (const key of Object.keys(object)) if (!head.has(key)) setOwn(ordered, key, object[key])
  return { key, revision, json: Buffer.from(stringifyJson(ordered)) }
}

/** A fresh tree, the caller's to change. */
export function decodeStored(stored: Stored): KubeObject {
  return parseJson(stored.json) as KubeObject
}
