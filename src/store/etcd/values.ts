import { isUtf8 } from 'node:buffer'
import { parseJson } from '../../codec/json.js'
import { isJsonObject, type KubeObject } from '../../meta/object.js'
import { encodeStored } from '../encode.js'
import type { Revision, Stored } from '../store.js'

/**
 * What is kept in etcd: the object's JSON without a resourceVersion, which is the revision that etcd gives the write.
 */
export function encodeValue(key: string, object: KubeObject): Buffer {
  return encodeStored(key, 0, object).json
}

/** How encodeStored begins: what a resourceVersion stands behind. */
const head =
  /^\{"apiVersion":"[^"\\]*","kind":"[^"\\]*","metadata":\{"name":"[^"\\]*"(?:,"namespace":"[^"\\]*")?(?=[,}])/
/** Names have at most 253 bytes, groups as many, kinds and namespaces 63. */
const longestHead = 1_000

/** The object that encodeValue made `value` of. */
export function storedOf(key: string, revision: Revision, value: Buffer): Stored {
  return splice(key, revision, value) ?? encodeStored(key, revision, parseJson(value) as KubeObject)
}

/**
 * The object that somebody wrote as `value`: another replica, or a person with etcdctl.
 * @throws Error when it is no object in JSON
 */
export function readStored(key: string, revision: Revision, value: Buffer): Stored {
  const text = value.toString()
  if (value[0] !== 0x7b) throw new Error('the value is not a JSON object')
  const found = JSON.parse(text) as Partial<KubeObject>
  if (typeof found.apiVersion !== 'string' || typeof found.kind !== 'string' || !isJsonObject(found.metadata)) {
    throw new Error('the value is not an object with apiVersion, kind and metadata')
  }
  const plain = !('resourceVersion' in found.metadata) && isUtf8(value)
  const spliced = plain ? splice(key, revision, value) : undefined
  return spliced ?? encodeStored(key, revision, parseJson(value) as KubeObject)
}

function splice(key: string, revision: Revision, value: Buffer): Stored | undefined {
  const end = head.exec(value.toString('latin1', 0, longestHead))?.[0].length
  if (end === undefined) return undefined
  const version = Buffer.from(`,"resourceVersion":"${revision}"`)
  return { key, revision, json: Buffer.concat([value.subarray(0, end), version, value.subarray(end)]) }
}
