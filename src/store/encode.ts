import { parseJson, stringifyJson } from '../codec/json.js'
import type { KubeObject } from '../meta/object.js'
import type { Revision, Stored } from './store.js'

/**
 * The stored form of `object` at `revision`: its JSON with that resourceVersion (0, for a dry run: with none).
 * apiVersion, kind and metadata come first, so that who sends it on can cut them off. `object` is not changed.
 */
export function encodeStored(key: string, revision: Revision, object: KubeObject): Stored {
  const { resourceVersion: _, ...metadata } = object.metadata
  const { name, namespace, ...others } = metadata
  const json = stringifyJson({
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(revision === 0 ? {} : { resourceVersion: String(revision) }),
      ...others,
    },
    ...withoutHead(object),
  })
  return { key, revision, json: Buffer.from(json) }
}

/** A fresh tree, the caller's to change. */
export function decodeStored(stored: Stored): KubeObject {
  return parseJson(stored.json) as KubeObject
}

function withoutHead(object: KubeObject): Record<string, unknown> {
  const { apiVersion: _a, kind: _k, metadata: _m, ...rest } = object
  return rest
}
