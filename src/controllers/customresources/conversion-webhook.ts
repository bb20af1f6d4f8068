import { randomUUID } from 'node:crypto'
import type {
  CustomResourceDefinition,
  WebhookConversion,
} from '../../apis/apiextensions/custom-resource-definition.js'
import { stringifyJson } from '../../codec/json.js'
import { checkMembers, type MemberTypes } from '../../codec/typed/check-members.js'
import { formatApiVersion } from '../../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import { type CallWebhook, kindOfAnswer, notThatReview } from '../../meta/webhook.js'
import type { ResourceDefinition } from '../../registry/definition.js'
import { convertedObject } from './converted-object.js'

const group = 'apiextensions.k8s.io'
const kind = 'ConversionReview'
/** Seconds a webhook has to answer, as upstream's. */
const timeout = 30
/** What one call carries at most, unless it is a single object: no answer may be too large to be read. */
const callLimit = { objects: 500, characters: 2 * 1024 * 1024 }

/**
 * How a definition's webhook converts objects (API-SEMANTICS R42): all of a list in one call, a long one in several. What
 * it makes of them is looked at as upstream does, and refused in its words. Undefined: only apiVersion changes.
 */
export function conversionWebhook(
  { spec }: CustomResourceDefinition,
  call: CallWebhook,
): NonNullable<ResourceDefinition['convert']> | undefined {
  const { strategy, webhook } = spec.conversion ?? {}
  if (strategy !== 'Webhook' || !webhook) return undefined
  return async (objects, toVersion) => {
    const desiredAPIVersion = formatApiVersion({ group: spec.group, version: toVersion })
    // There is nothing in it that a webhook could convert, and upstream does not ask.
    if (objects.every(isBare)) return objects.map((object) => ({ ...object, apiVersion: desiredAPIVersion }))
    const all: KubeObject[] = []
    for (const some of inCalls(objects)) {
      const who = `conversion webhook for ${kindOfAnswer(some[0] ?? {})}`
      const converted = await review(webhook, call, some, desiredAPIVersion).catch((error: Error) => {
        throw errors.bare(500, `${who} failed: ${error.message}`)
      })
      if (converted.length !== some.length) {
        throw errors.bare(500, `${who} returned ${converted.length} objects, expected ${some.length}`)
      }
      for (const [i, object] of some.entries()) {
        all.push(convertedObject(who, object, converted[i], desiredAPIVersion))
      }
    }
    return all
  }
}

/** Objects in order, as many together as one call may carry. */
function* inCalls(objects: readonly KubeObject[]): Generator<KubeObject[]> {
  let together: KubeObject[] = []
  let characters = 0
  for (const object of objects) {
    const length = objects.length === 1 ? 0 : stringifyJson(object).length
    const isFull = together.length === callLimit.objects || characters + length > callLimit.characters
    if (isFull && together.length > 0) {
      yield together
      together = []
      characters = 0
    }
    together.push(object)
    characters += length
  }
  yield together
}

function isBare({ apiVersion: _a, kind: _k, metadata = {}, ...content }: KubeObject): boolean {
  return Object.keys(content).length === 0 && Object.keys(metadata).length === 0
}

/** @throws Error with what is wrong with the answer, or why there is none */
async function review(
  { clientConfig = {}, conversionReviewVersions }: WebhookConversion,
  call: CallWebhook,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
): Promise<readonly unknown[]> {
  const version = conversionReviewVersions?.find((one) => one === 'v1' || one === 'v1beta1')
  if (version === undefined) throw new Error('no supported conversion review versions')
  const uid = randomUUID()
  const asked = { kind, apiVersion: `${group}/${version}`, request: { uid, desiredAPIVersion, objects } }
  const answer = await call(clientConfig, asked, timeout)
  const other = notThatReview(answer, { group, version, kind })
  if (other !== undefined) throw new Error(other)
  const response = responseOf(answer, version)
  if (version === 'v1' && (answer.kind !== kind || answer.apiVersion !== asked.apiVersion)) {
    throw new Error(`expected webhook response of ${kindOfAnswer(asked)}, got ${kindOfAnswer(answer)}`)
  }
  if (!response) throw new Error('no response provided')
  if (version === 'v1' && response.uid !== uid) {
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid)}`)
  }
  const { status = '', message } = response.result
  if (status !== 'Success') {
    throw new Error(message ? String(message) : `response.result.status was '${status}', not 'Success'`)
  }
  return response.convertedObjects
}

interface ConversionResponse {
  readonly uid: string
  readonly result: JsonObject
  readonly convertedObjects: readonly unknown[]
}

/** As Go reads a ConversionResponse. @throws TypedDecodeError */
function responseOf(answer: JsonObject, version: string): ConversionResponse | undefined {
  checkMembers(answer, kind, [], { response: ['object', `${version}.ConversionResponse`] })
  if (!isJsonObject(answer.response)) return undefined
  const { response } = answer
  checkMembers(response, 'ConversionResponse', ['response'], responseTypes)
  const result = (response.result ?? {}) as JsonObject
  checkMembers(result, 'Status', ['response', 'result'], resultTypes)
  const convertedObjects = (response.convertedObjects ?? []) as unknown[]
  return { uid: String(response.uid ?? ''), result, convertedObjects }
}

const responseTypes: MemberTypes = {
  uid: ['string', 'types.UID'],
  convertedObjects: ['array', '[]runtime.RawExtension'],
  result: ['object', 'v1.Status'],
}
const resultTypes: MemberTypes = { status: ['string', 'string'], message: ['string', 'string'] }
