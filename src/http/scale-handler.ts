import { decodeMetadata } from '../meta/decode-object-meta.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { errors, type StatusError } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import type { PrinterColumn } from '../registry/definition.js'
import type { WriteOptions } from '../registry/options.js'
import { invalidPatch, patchedBy, patchType, shownPatch } from '../registry/patch.js'
import { type Scale, scaleSchema } from '../registry/scale.js'
import { applyToScale, readScale, type ScaleTarget, updateScale } from '../registry/update-scale.js'
import { prune } from '../schema/prune.js'
import type { Answer, Call } from './call.js'
import { applyType, decodeApply, decodeBody, decodePatch, mediaType } from './decode-body.js'
import { checkShape, encodeValue } from './encode.js'
import { writeOptions } from './options.js'
import { presentationIn, presentShaped } from './present.js'
import { readBody } from './read-body.js'
import { ageColumns } from './table.js'

const scaleKind = { apiVersion: 'autoscaling/v1', kind: 'Scale' }

/** `/scale` of a resource that has one (API-SEMANTICS U03). */
export async function handleScale(backend: Backend, call: Call, target: ScaleTarget): Promise<Answer> {
  const presentation = presentationIn(call, { builtin: true, protobuf: call.protobuf })
  const answer = await answerOf(backend, call, target)
  const { form, pretty } = presentation
  if (!form.as) return encodeValue(answer, 200, form, pretty)
  checkShape(form, false, { builtin: true, group: 'autoscaling', kind: scaleKind.kind })
  return presentShaped(answer, scaleColumns, 200, presentation)
}

const replicas = (object: KubeObject, part: 'spec' | 'status') => (object as Scale)[part].replicas ?? 0

/** What a Table of it shows beside the name. */
const scaleColumns: readonly PrinterColumn[] = [
  {
    name: 'Desired',
    type: 'integer',
    description: 'Number of desired replicas',
    value: (object) => replicas(object, 'spec'),
  },
  {
    name: 'Available',
    type: 'integer',
    description: 'Number of actual replicas',
    value: (object) => replicas(object, 'status'),
  },
  ...ageColumns,
]

async function answerOf(backend: Backend, call: Call, target: ScaleTarget): Promise<KubeObject> {
  const { info, query, request } = call
  const userAgent = request.headers['user-agent']
  switch (info.verb) {
    case 'get':
      return readScale(backend, target)
    case 'update': {
      const options = writeOptions(query, 'UpdateOptions', userAgent)
      const body = await readScaleBody(call, options)
      return updateScale(backend, call, target, options, () => body)
    }
    case 'patch': {
      const media = mediaType(request.headers['content-type'])
      if (media === applyType) {
        const options = writeOptions(query, 'PatchOptions', userAgent, true)
        return applyToScale(backend, call, target, decodeApply(await readBody(call)), options)
      }
      const options = writeOptions(query, 'PatchOptions', userAgent)
      const type = patchType(media, target.resource.builtin)
      if (!type) throw errors.unsupportedMediaType()
      const { value } = decodePatch(await readBody(call), type, options.fieldValidation)
      const change = (current: JsonObject) => {
        const patched = asScale(patchedBy(type, current as KubeObject, value, { type: 'object' }))
        const tellStrictly = (why: string) => invalidPatch(shownPatch(type, current as KubeObject, patched, value), why)
        tellUnknown(call, unknownFields(patched), options, tellStrictly)
        return patched
      }
      return updateScale(backend, call, target, options, change)
    }
    default:
      throw errors.methodNotAllowed()
  }
}

async function readScaleBody(call: Call, options: WriteOptions): Promise<JsonObject> {
  const { request, protobuf } = call
  const body = decodeBody(await readBody(call), {
    contentType: request.headers['content-type'],
    kind: scaleKind.kind,
    validation: options.fieldValidation,
    protobuf: protobuf && { types: protobuf, expected: scaleKind },
  })
  const scale = asScale(body.value)
  const twice = options.fieldValidation === 'Strict' ? body.strictDuplicates : body.duplicates
  const found = [...twice, ...unknownFields(scale)]
  tellUnknown(call, body.inOrder?.(found) ?? found, options, (why) =>
    errors.badRequest(`Scale in version "v1" cannot be handled as a Scale: ${why}`),
  )
  return scale
}

/** What a Scale has not: `unknown field "spec.z"` (F01 to F03). */
function unknownFields(scale: JsonObject): string[] {
  const { unknown } = decodeMetadata(scale.metadata, { kind: scaleKind.kind, version: 'v1', builtin: true })
  return [...unknown, ...prune(cloneJson(scale), scaleSchema)].map((path) => `unknown field "${path}"`)
}

function tellUnknown(
  call: Call,
  unknown: readonly string[],
  { fieldValidation }: WriteOptions,
  refusal: (why: string) => StatusError,
): void {
  if (unknown.length === 0) return
  if (fieldValidation === 'Strict') throw refusal(`strict decoding error: ${unknown.join(', ')}`)
  if (fieldValidation === 'Warn') for (const text of unknown) call.warn(text)
}

function asScale(value: unknown): JsonObject {
  if (!isJsonObject(value)) throw errors.badRequest('the body must be an autoscaling/v1 Scale')
  const { kind = scaleKind.kind, apiVersion = scaleKind.apiVersion } = value
  if (kind === scaleKind.kind && apiVersion === scaleKind.apiVersion) return value
  throw errors.badRequest(`the body is a ${apiVersion} ${kind}, not an ${scaleKind.apiVersion} ${scaleKind.kind}`)
}
