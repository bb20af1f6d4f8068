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
 * Sends a review to a webhook and answers with what it says, decoded. @throws Error with the text Go's client has for
 * what went wrong: no connection, a certificate nobody trusts, no answer in time, a status that is not 2xx, no JSON
 */
export type CallWebhook = (config: WebhookClientConfig, review: unknown, timeoutSeconds: number) => Promise<unknown>
