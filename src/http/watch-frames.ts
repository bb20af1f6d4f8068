import { parseJson, stringifyJson } from '../codec/json.js'
import { encodeProtobuf } from '../codec/protobuf/protobuf.js'
import { encodeWatchEvent } from '../codec/protobuf/watch-event.js'
import type { JsonObject, KubeObject } from '../meta/object.js'
import type { Status } from '../meta/status.js'
import { readJson } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import type { WatchedChange } from '../registry/watch.js'
import type { Accepted } from './accept.js'
import { storedBody } from './stored-protobuf.js'
import { type IncludeObject, metaApiVersion, partialObjectMetadata, tableColumns, tableRow } from './table.js'

/** What the events of one watch look like (API-SEMANTICS W01, W14, W15). */
export interface WatchFrames {
  readonly contentType: string
  change(change: WatchedChange): Buffer | Promise<Buffer>
  bookmark(revision: number, endsInitialEvents: boolean): Buffer
  error(status: Status): Buffer
}

type EventType = WatchedChange['type'] | 'BOOKMARK' | 'ERROR'
type Frame = (type: EventType, object: unknown) => Buffer

const end = Buffer.from('}\n')
const starts = new Map(
  (['ADDED', 'MODIFIED', 'DELETED'] as const).map((type) => [type, Buffer.from(`{"type":"${type}","object":`)]),
)

/** Frames of whole objects are made once a change, version and encoding, and shared by all who watch. */
const made = new WeakMap<WatchedChange, Map<string, Buffer>>()

export function watchFrames(resource: Resource, form: Accepted, include: IncludeObject): WatchFrames {
  const { protobuf, type } = form
  const frame: Frame = protobuf
    ? (type, object) => encodeWatchEvent(type, encodeProtobuf(object as JsonObject, protobuf))
    : jsonFrame
  const contentType = protobuf ? `${type};stream=watch` : type
  if (form.as === 'Table') return { contentType, ...tableFrames(resource, form.version ?? 'v1', include) }
  if (form.as) {
    const shape = (object: KubeObject) => partialObjectMetadata(object, form.version ?? 'v1')
    return { contentType, ...shapedFrames(resource, frame, shape) }
  }
  const whole = ({ type }: WatchedChange, json: Buffer) =>
    protobuf
      ? encodeWatchEvent(type, storedBody(resource, json, protobuf))
      : Buffer.concat([starts.get(type) as Buffer, json, end])
  const key = `${type} ${resource.apiVersion}`
  const keep = (change: WatchedChange, json: Buffer) => {
    const buffer = whole(change, json)
    const forms = made.get(change) ?? new Map<string, Buffer>()
    made.set(change, forms.set(key, buffer))
    return buffer
  }
  return {
    contentType,
    change(change) {
      const known = made.get(change)?.get(key)
      if (known) return known
      const json = readJson(resource, change.stored)
      return Buffer.isBuffer(json) ? keep(change, json) : json.then((j) => keep(change, j))
    },
    bookmark: (revision, last) => frame('BOOKMARK', bookmarkObject(resource, revision, last)),
    error: (status) => frame('ERROR', status),
  }
}

function jsonFrame(type: EventType, object: unknown): Buffer {
  return Buffer.from(`{"type":"${type}","object":${stringifyJson(object)}}\n`)
}

function bookmarkObject(resource: Resource, revision: number, endsInitialEvents: boolean): KubeObject {
  return {
    kind: resource.kind,
    apiVersion: resource.apiVersion,
    metadata: {
      resourceVersion: String(revision),
      ...(endsInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
    },
  }
}

type ShapedFrames = Omit<WatchFrames, 'contentType'>

function shapedFrames(resource: Resource, frame: Frame, shape: (object: KubeObject) => unknown): ShapedFrames {
  return {
    async change({ type, stored }) {
      const object = parseJson(await readJson(resource, stored)) as KubeObject
      return frame(type, shape(object))
    },
    bookmark: (revision, last) => frame('BOOKMARK', shape(bookmarkObject(resource, revision, last))),
    error: (status) => frame('ERROR', status),
  }
}

/** Only the first table of a watch names the columns. */
function tableFrames(resource: Resource, version: 'v1' | 'v1beta1', include: IncludeObject): ShapedFrames {
  const columns = tableColumns(resource.version.printerColumns)
  let first = true
  const table = (object: KubeObject, what: IncludeObject) => {
    const columnDefinitions = first ? columns.definitions : null
    first = false
    const { resourceVersion } = object.metadata
    const rows = [tableRow(object, columns, what, Date.now(), version)]
    return {
      kind: 'Table',
      apiVersion: metaApiVersion(version),
      metadata: { resourceVersion },
      columnDefinitions,
      rows,
    }
  }
  return {
    ...shapedFrames(resource, jsonFrame, (object) => table(object, include)),
    bookmark: (revision, last) => jsonFrame('BOOKMARK', table(bookmarkObject(resource, revision, last), 'Metadata')),
  }
}
