import { setImmediate } from 'node:timers/promises'
import { parseJson, stringifyJson } from '../codec/json.js'
import { protobufList } from '../codec/protobuf/list.js'
import type { KindTypes } from '../codec/protobuf/protobuf.js'
import type { KubeObject } from '../meta/object.js'
import { isTrue } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import type { PrinterColumn } from '../registry/definition.js'
import type { ListPage } from '../registry/list.js'
import { readAllJson, readJson } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import { type Acceptable, type Accepted, acceptable, acceptedForm } from './accept.js'
import type { Answer, Call } from './call.js'
import { checkShape, encodeJson, encodeValue, wantsPretty } from './encode.js'
import { storedBody, storedMessage } from './stored-protobuf.js'
import { type IncludeObject, metaApiVersion, partialObjectMetadata, tableColumns, tableRow } from './table.js'

type Stored = ListPage['items'][number]

/** How the client wants to see objects. */
export interface Presentation {
  readonly form: Accepted
  readonly pretty: boolean
  readonly includeObject: IncludeObject
  readonly now: number
}

/** @throws StatusError NotAcceptable */
export function presentationOf(call: Call, resource: Resource): Presentation {
  return presentationIn(call, acceptable(call, resource))
}

/** As `presentationOf`, of what can be answered with `accepted`. */
export function presentationIn({ request, query }: Call, accepted: Acceptable): Presentation {
  return {
    form: acceptedForm(request.headers.accept, accepted),
    pretty: wantsPretty(query, request.headers['user-agent']) || isTrue(query.get('pretty')),
    includeObject: includeObject(query),
    now: Date.now(),
  }
}

/** One stored object as the client wants it (API-SEMANTICS C10, C11). */
export async function presentStored(
  resource: Resource,
  stored: Stored,
  code: number,
  presentation: Presentation,
): Promise<Answer> {
  const json = await readJson(resource, stored)
  const { form, pretty } = presentation
  if (!form.as && form.protobuf) {
    return { code, type: form.type, body: storedBody(resource, json, form.protobuf) }
  }
  if (!form.as) return encodeJson(json, code, form, pretty)
  checkShape(form, false, resource)
  return presentShaped(parseJson(json) as KubeObject, resource.version.printerColumns, code, presentation)
}

/** One object in the shape that is asked for, a Table by these columns. */
export function presentShaped(
  object: KubeObject,
  printerColumns: readonly PrinterColumn[] | undefined,
  code: number,
  presentation: Presentation,
): Answer {
  const { form, pretty } = presentation
  const { resourceVersion } = object.metadata
  return encodeValue(shaped(printerColumns, [object], { resourceVersion }, presentation), code, form, pretty)
}

/** A list. As plain JSON it is the stored bytes one after the other. */
export async function presentList(resource: Resource, page: ListPage, presentation: Presentation): Promise<Answer> {
  const { form, pretty } = presentation
  checkShape(form, true, resource)
  const metadata = {
    ...(page.revision === 0 ? {} : { resourceVersion: String(page.revision) }),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  }
  const items = await readAllJson(resource, page.items)
  if (!form.as && form.protobuf) {
    return { code: 200, type: form.type, body: await listProtobuf(resource, items, metadata, form.protobuf) }
  }
  if (!form.as) {
    // Upstream makes lists of custom resources without a type, and a member that is empty is there.
    const isCustom = resource.definition.rules?.customResource === true
    const parts = listJson(resource, items, isCustom ? { continue: '', ...metadata } : metadata)
    if (form.type === 'application/json' && !pretty) return { code: 200, type: form.type, body: parts }
    return encodeJson(Buffer.concat(parts), 200, form, pretty)
  }
  const objects = items.map((json) => parseJson(json) as KubeObject)
  return encodeValue(shaped(resource.version.printerColumns, objects, metadata, presentation), 200, form, pretty)
}

/** Objects as a Table, or as their metadata alone. `metadata` is that of the answer. */
function shaped(
  printerColumns: readonly PrinterColumn[] | undefined,
  objects: KubeObject[],
  metadata: object,
  presentation: Presentation,
): unknown {
  const { form, includeObject, now } = presentation
  const version = form.version ?? 'v1'
  const apiVersion = metaApiVersion(version)
  if (form.as === 'PartialObjectMetadata') return partialObjectMetadata(objects[0] as KubeObject, version)
  if (form.as === 'PartialObjectMetadataList') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion,
      metadata,
      items: objects.map((object) => partialObjectMetadata(object, version)),
    }
  }
  const columns = tableColumns(printerColumns)
  return {
    kind: 'Table',
    apiVersion,
    metadata,
    columnDefinitions: columns.definitions,
    rows: objects.map((object) => tableRow(object, columns, includeObject, now, version)),
  }
}

const comma = Buffer.from(',')
const open = Buffer.from('{')

function listJson(resource: Resource, items: readonly Buffer[], metadata: object): Buffer[] {
  const head = `{"kind":"${resource.listKind}","apiVersion":"${resource.apiVersion}","metadata":${stringifyJson(metadata)},"items":[`
  const parts: Buffer[] = [Buffer.from(head)]
  const cut = resource.builtin ? resource.head.length : 0
  for (const item of items) {
    if (parts.length > 1) parts.push(comma)
    if (cut > 0) parts.push(open, item.subarray(cut))
    else parts.push(item)
  }
  parts.push(Buffer.from(']}'))
  return parts
}

/** How long other requests may wait while a list is encoded, in milliseconds. */
const longestTurn = 10

/** What has not been read lately is encoded anew: long lists let others have their turn. */
async function listProtobuf(
  resource: Resource,
  items: readonly Buffer[],
  metadata: object,
  types: KindTypes,
): Promise<Buffer[]> {
  const messages: Buffer[] = []
  let began = performance.now()
  for (const json of items) {
    messages.push(storedMessage(resource, json, types))
    if (performance.now() - began < longestTurn) continue
    await setImmediate()
    began = performance.now()
  }
  return protobufList({ apiVersion: resource.apiVersion, kind: resource.listKind }, metadata, messages, types)
}

/** @throws StatusError BadRequest */
export function includeObject(query: URLSearchParams): IncludeObject {
  const asked = query.get('includeObject') || 'Metadata'
  if (asked === 'None' || asked === 'Metadata' || asked === 'Object') return asked
  throw errors.badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(asked)}: ` +
      "must be 'Metadata', 'Object', 'None', or empty",
  )
}
