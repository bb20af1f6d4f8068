import { parseJson, stringifyJson } from '../codec/json.js'
import type { KubeObject } from '../meta/object.js'
import type { Status } from '../meta/status.js'
import { readJson } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import type { WatchedChange } from '../registry/watch.js'
import type { Accepted } from './accept.js'
import { type IncludeObject, metaApiVersion, partialObjectMetadata, tableColumns, tableRow } from './table.js'

/** What the lines of one watch look like (API-SEMANTICS W01, W14). */
export interface WatchFrames {
  change(change: WatchedChange): Buffer | Promise<Buffer>
  bookmark(revision: number, endsInitialEvents: boolean): Buffer
  error(status: Status): Buffer
}

const end = Buffer.from('}\n')
const starts = new Map(
  (['ADDED', 'MODIFIED', 'DELETED'] as const).map((type) => [type, Buffer.from(`{"type":"${type}","object":`)]),
)

/** Plain frames are made once a change and version, and shared by all who watch. */
const made = new WeakMap<WatchedChange, Map<string, Buffer>>()

export function watchFrames(resource: Resource, form: Accepted, include: IncludeObject): WatchFrames {
  if (form.as === 'Table') return tableFrames(resource, form.version ?? 'v1', include)
  if (form.as) return shapedFrames(resource, (object) => partialObjectMetadata(object, form.version ?? 'v1'))
  return {
    change(change) {
      const known = made.get(change)?.get(resource.apiVersion)
      if (known) return known
      const json = readJson(resource, change.stored)
      return Buffer.isBuffer(json) ? keep(resource, change, json) : json.then((j) => keep(resource, change, j))
    },
    bookmark: (revision, last) => frame('BOOKMARK', bookmarkObject(resource, revision, last)),
    error: (status) => frame('ERROR', status),
  }
}

function keep(resource: Resource, change: WatchedChange, json: Buffer): Buffer {
  const buffer = Buffer.concat([starts.get(change.type) as Buffer, json, end])
  const versions = made.get(change) ?? new Map<string, Buffer>()
  made.set(change, versions.set(resource.apiVersion, buffer))
  return buffer
}

function frame(type: string, object: unknown): Buffer {
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

function shapedFrames(resource: Resource, shape: (object: KubeObject) => unknown): WatchFrames {
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
function tableFrames(resource: Resource, version: 'v1' | 'v1beta1', include: IncludeObject): WatchFrames {
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
    ...shapedFrames(resource, (object) => table(object, include)),
    bookmark: (revision, last) => frame('BOOKMARK', table(bookmarkObject(resource, revision, last), 'Metadata')),
  }
}
