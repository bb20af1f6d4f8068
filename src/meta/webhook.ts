import { formatApiVersion, formatGroupVersionKind, type GroupVersionKind, parseApiVersion } from './gvk.js'
import type { JsonObject } from './object.js'

/** Where a webhook is, as admissionregistration.k8s.io and apiextensions.k8s.io write it. */
export interface WebhookClientConfig {
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    readonly path?: string
    readonly port?: number
  }
  /** PEM in base64; without it the machine's own authorities are trusted. */
  readonly caBundle?: string
}

/**
 * Sends a review to a webhook and answers with what it says, decoded; kind and apiVersion are texts.
 * @throws Error with the text Go's client has for what went wrong: no connection, a certificate nobody trusts, no answer in
 * time, a status that is not 2xx, no JSON
 */
export type CallWebhook = (config: WebhookClientConfig, review: unknown, timeoutSeconds: number) => Promise<JsonObject>

/**
 * Why an answer can't be taken for the review that was asked for, in the words of Go's decoder; undefined when it can.
 * What says no kind, or no apiVersion, is taken for what was asked for.
 */
export function notThatReview(answer: JsonObject, asked: GroupVersionKind): string | undefined {
  const given = parseApiVersion(String(answer.apiVersion || formatApiVersion(asked)))
  const kind = String(answer.kind || asked.kind)
  const known = given?.group === asked.group && kind === asked.kind && /^v1(?:beta1)?$/.test(given.version)
  const isStatus = answer.apiVersion === 'v1' && kind === 'Status'
  if (!known && !isStatus) {
    const version = answer.apiVersion || formatApiVersion(asked)
    return `no kind "${kind}" is registered for version "${version}" in scheme "pkg/runtime/scheme.go:111"`
  }
  if (given?.version === asked.version && !isStatus) return undefined
  return `converting (${given?.version}.${kind}) to (${asked.version}.${asked.kind}): unknown conversion`
}

/** As upstream's messages name the kind that an answer says it has. */
export function kindOfAnswer({ apiVersion, kind }: JsonObject): string {
  const gv = parseApiVersion(String(apiVersion ?? '')) ?? { group: '', version: '' }
  return formatGroupVersionKind({ ...gv, kind: String(kind ?? '') })
}
