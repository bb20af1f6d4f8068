import { randomUUID } from 'node:crypto'
import { parseJson } from '../../codec/json.js'
import { checkMembers, type MemberTypes } from '../../codec/typed/check-members.js'
import { quoteGo } from '../../meta/go-quote.js'
import { formatApiVersion } from '../../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { errors, type Status, StatusError } from '../../meta/status.js'
import { type CallWebhook, kindOfAnswer, notThatReview } from '../../meta/webhook.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Resource } from '../../registry/resource.js'
import { requestObject } from '../matching/request-object.js'
import type { Webhook } from './webhook-config.js'

const reviewKind = { group: 'admission.k8s.io', version: 'v1', kind: 'AdmissionReview' }
const reviewVersion = formatApiVersion(reviewKind)
const defaultTimeout = 10

/** A webhook could not be asked, or gave no answer that can be used: its failurePolicy says what that means. */
export class CallFailed extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${quoteGo(webhook)}: ${why}`)
  }
}

/** What a webhook says that lets a write through. */
export interface Approval {
  /** A JSON patch. */
  readonly patch?: unknown
}

export interface HookCall {
  readonly request: AdmissionRequest
  /** The resource in the version that the webhook wants to see. */
  readonly seen: Resource
  readonly object: KubeObject | undefined
  readonly old: KubeObject | undefined
  readonly mutating: boolean
}

/** Asks a webhook. @throws StatusError when it denies, CallFailed */
export async function callHook(call: CallWebhook, webhook: Webhook, what: HookCall): Promise<Approval> {
  const { request, seen, object, old, mutating } = what
  checkDryRun(webhook, request)
  const uid = randomUUID()
  const review = {
    kind: reviewKind.kind,
    apiVersion: reviewVersion,
    request: { uid, ...requestObject(request, seen), object: object ?? null, oldObject: old ?? null },
  }
  if (!(webhook.admissionReviewVersions ?? [reviewVersion]).some((version) => version === 'v1')) {
    throw new CallFailed(
      webhook.name,
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1)',
    )
  }
  let answer: JsonObject
  try {
    answer = await call(webhook.clientConfig, review, webhook.timeoutSeconds ?? defaultTimeout)
  } catch (error) {
    throw new CallFailed(webhook.name, `failed to call webhook: ${(error as Error).message}`)
  }
  const response = checkAnswer(webhook, answer, uid, mutating)
  for (const text of strings(response.warnings)) request.warn(text)
  for (const [key, value] of Object.entries(isJsonObject(response.auditAnnotations) ? response.auditAnnotations : {})) {
    if (typeof value === 'string') request.note(`${webhook.name}/${key}`, value)
  }
  if (response.allowed !== true) throw denied(webhook.name, response.status)
  if (typeof response.patch !== 'string' || response.patch === '') return {}
  return { patch: decodePatch(webhook, response.patch, response.patchType) }
}

function checkDryRun({ name, sideEffects }: Webhook, { dryRun }: AdmissionRequest): void {
  if (!dryRun || sideEffects === 'None' || sideEffects === 'NoneOnDryRun') return
  if (sideEffects === undefined) throw new CallFailed(name, 'Webhook SideEffects is nil')
  throw errors.badRequest(`admission webhook ${quoteGo(name)} does not support dry run`)
}

function checkAnswer(webhook: Webhook, review: JsonObject, uid: string, mutating: boolean): JsonObject {
  const other = notThatReview(review, reviewKind)
  if (other !== undefined) throw new CallFailed(webhook.name, `failed to call webhook: ${other}`)
  readAsGo(review, webhook.name)
  const invalid = (why: string) => new CallFailed(webhook.name, `received invalid webhook response: ${why}`)
  const response = review.response
  if (!isJsonObject(response)) throw invalid('webhook response was absent')
  if (response.uid !== uid) {
    throw invalid(`expected response.uid=${quoteGo(uid)}, got ${quoteGo(String(response.uid ?? ''))}`)
  }
  if (review.apiVersion !== reviewVersion || review.kind !== reviewKind.kind) {
    const expected = kindOfAnswer({ apiVersion: reviewVersion, kind: reviewKind.kind })
    throw invalid(`expected webhook response of ${expected}, got ${kindOfAnswer(review)}`)
  }
  const hasPatch = typeof response.patch === 'string' && response.patch !== ''
  const hasType = response.patchType !== undefined && response.patchType !== null
  if (!mutating && hasPatch) throw invalid('validating webhook may not return response.patch')
  if (!mutating && hasType) throw invalid('validating webhook may not return response.patchType')
  if (hasPatch && !hasType) throw invalid('webhook returned response.patch but not response.patchType')
  if (!hasPatch && hasType) throw invalid('webhook returned response.patchType but not response.patch')
  if (hasType && response.patchType === '') throw invalid('webhook returned invalid response.patchType of ""')
  return response
}

/** @throws CallFailed where Go's decoder would not take the review */
function readAsGo(review: JsonObject, name: string): void {
  try {
    checkMembers(review, reviewKind.kind, [], { response: ['object', 'v1.AdmissionResponse'] })
    if (isJsonObject(review.response)) checkMembers(review.response, 'AdmissionResponse', ['response'], responseTypes)
  } catch (error) {
    throw new CallFailed(name, `failed to call webhook: ${(error as Error).message}`)
  }
}

const responseTypes: MemberTypes = {
  uid: ['string', 'types.UID'],
  allowed: ['bool', 'bool'],
  status: ['object', 'v1.Status'],
  patchType: ['string', 'v1.PatchType'],
  auditAnnotations: ['object', 'map[string]string'],
  warnings: ['array', '[]string'],
}

function decodePatch({ name }: Webhook, patch: string, type: unknown): unknown {
  if (type !== 'JSONPatch') throw new CallFailed(name, `unsupported patch type ${quoteGo(String(type))}`)
  const undecodable = (why: string) => new CallFailed(name, `received undecodable patch in webhook response: ${why}`)
  let operations: unknown
  try {
    operations = parseJson(Buffer.from(patch, 'base64'))
  } catch (error) {
    throw undecodable((error as Error).message)
  }
  if (operations !== null && !Array.isArray(operations)) {
    throw undecodable(`json: cannot unmarshal ${jsonType(operations)} into Go value of type jsonpatch.Patch`)
  }
  const odd = operations?.find((operation) => !isJsonObject(operation))
  if (odd === undefined) return operations
  throw undecodable(`json: cannot unmarshal ${jsonType(odd)} into Go value of type jsonpatch.Operation`)
}

function jsonType(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value
}

/** The status that the webhook gave, with its name before the message; never one that means success. */
function denied(name: string, given: unknown): StatusError {
  const status = (isJsonObject(given) ? given : {}) as Partial<Status>
  const by = `admission webhook ${quoteGo(name)} denied the request`
  const said = status.message || status.reason
  const code = typeof status.code === 'number' && status.code >= 400 ? status.code : 400
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: said ? `${by}: ${said}` : `${by} without explanation`,
    ...(status.reason ? { reason: status.reason } : {}),
    ...(status.details ? { details: status.details } : {}),
    code,
  })
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
