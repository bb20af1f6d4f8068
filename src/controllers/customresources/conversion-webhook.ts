import { randomUUID } from 'node:crypto'
import type {
  CustomResourceDefinition,
  WebhookConversion,
} from '../../apis/apiextensions/custom-resource-definition.js'
import { formatApiVersion, formatGroupVersionKind, parseApiVersion } from '../../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { CallWebhook } from '../../meta/webhook.js'
import type { ResourceDefinition } from '../../registry/definition.js'

const group = 'apiextensions.k8s.io'
/** Seconds a webhook has to answer, as upstream's. */
const timeout = 30

/**
 * How a definition's webhook converts objects (API-SEMANTICS R42): all of a list in one call. What it makes of them is
 * looked at as upstream does, and refused in its words. Undefined: only apiVersion changes.
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
    const of = kindOf(objects[0])
    const converted = await review(webhook, call, objects, desiredAPIVersion).catch((error: Error) => {
      throw errors.bare(500, `conversion webhook for ${of} failed: ${error.message}`)
    })
    if (converted.length !== objects.length) {
      const counts = `returned ${converted.length} objects, expected ${objects.length}`
      throw errors.bare(500, `conversion webhook for ${of} ${counts}`)
    }
    return objects.map((object, i) => {
      const problem = problemOf(object, converted[i], desiredAPIVersion)
      if (problem === undefined) return converted[i] as KubeObject
      const where = objects.length === 1 ? 'invalid object' : `invalid converted object at index ${i}`
      throw errors.bare(500, `conversion webhook for ${of} returned ${where}: ${problem}`)
    })
  }
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
  const asked = {
    kind: 'ConversionReview',
    apiVersion: `${group}/${version}`,
    request: { uid, desiredAPIVersion, objects },
  }
  const answer = await call(clientConfig, asked, timeout)
  const { kind, apiVersion, response } = isJsonObject(answer) ? answer : ({} as JsonObject)
  if (version === 'v1' && (kind !== asked.kind || apiVersion !== asked.apiVersion)) {
    const got = formatted(apiVersion, kind)
    throw new Error(`expected webhook response of ${formatted(asked.apiVersion, asked.kind)}, got ${got}`)
  }
  if (!isJsonObject(response)) throw new Error('no response provided')
  if (version === 'v1' && response.uid !== uid) {
    throw new Error(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`)
  }
  const { status = '', message } = isJsonObject(response.result) ? response.result : ({} as JsonObject)
  if (status !== 'Success') {
    throw new Error(message ? String(message) : `response.result.status was '${status}', not 'Success'`)
  }
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : []
}

/** Why the webhook may not have made that of an object: what identifies it stays. */
function problemOf(before: KubeObject, after: unknown, apiVersion: string): string | undefined {
  if (!isJsonObject(after)) return 'invalid object'
  const expected = `expected ${apiVersion}, received ${after.apiVersion ?? ''}`
  if (after.apiVersion !== apiVersion) return `invalid groupVersion (${expected})`
  if (after.kind !== before.kind) return `invalid kind (expected ${before.kind}, received ${after.kind ?? ''})`
  if (!Object.hasOwn(after, 'metadata')) return 'missing metadata in converted object'
  if (!isJsonObject(after.metadata)) return 'invalid metadata in converted object'
  const names = { name: 'name', namespace: 'namespace', uid: 'UID' } as const
  for (const field of ['name', 'namespace', 'uid'] as const) {
    const [old, now] = [before.metadata[field] ?? '', after.metadata[field] ?? '']
    if (old !== now) return `must have the same ${names[field]}: ${old} != ${now}`
  }
  for (const field of ['labels', 'annotations'] as const) {
    const texts = after.metadata[field] ?? {}
    if (!isJsonObject(texts)) return `invalid metadata.${field} in converted object`
    const wrong = Object.keys(texts).find((key) => typeof texts[key] !== 'string')
    if (wrong !== undefined) return `metadata.${field}[${wrong}] must be a string in converted object`
  }
  return undefined
}

function kindOf(object: KubeObject | undefined): string {
  return formatted(object?.apiVersion, object?.kind)
}

function formatted(apiVersion: unknown, kind: unknown): string {
  const gv = parseApiVersion(String(apiVersion ?? '')) ?? { group: '', version: '' }
  return formatGroupVersionKind({ ...gv, kind: String(kind ?? '') })
}
