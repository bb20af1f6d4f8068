import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { issueAuthority, issueCertificate } from '../../src/certs/issue.js'

/** An AdmissionReview's request, as far as tests look at it. */
export interface ReviewRequest {
  readonly uid: string
  readonly operation: string
  readonly object: Record<string, unknown> | null
  readonly oldObject: Record<string, unknown> | null
  readonly [member: string]: unknown
}

/** What a hook answers: the response without its uid, or something else than a review. */
export type HookAnswer =
  | { readonly response: Record<string, unknown> }
  | { readonly status?: number; readonly raw?: unknown; readonly headers?: Readonly<Record<string, string>> }

export interface WebhookServer {
  readonly port: number
  /** Base64, for a configuration's clientConfig. */
  readonly caBundle: string
  /** Requests that came to a path so far. */
  seen(path: string): readonly ReviewRequest[]
  /** What is answered at a path from now on; a hook that never answers gives a promise that stays open. */
  on(path: string, hook: (request: ReviewRequest) => HookAnswer | Promise<HookAnswer>): void
  close(): Promise<void>
}

/** A webhook server over TLS on this machine, for `127.0.0.1`, `localhost` and the names given. */
export async function startWebhookServer(names: readonly string[] = []): Promise<WebhookServer> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) }
  const authority = await issueAuthority('webhook-ca', validity)
  const dnsNames = ['localhost', ...names]
  const use = { server: { commonName: 'webhook', dnsNames, addresses: ['127.0.0.1'] } }
  const pair = await issueCertificate(authority, use, validity)
  const hooks = new Map<string, (request: ReviewRequest) => HookAnswer | Promise<HookAnswer>>()
  const seen = new Map<string, ReviewRequest[]>()
  const server = createServer({ cert: pair.cert, key: pair.key }, (request, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const path = new URL(request.url ?? '/', 'https://x').pathname
      const review = JSON.parse(Buffer.concat(chunks).toString())
      seen.set(path, [...(seen.get(path) ?? []), review.request])
      const given = await hooks.get(path)?.(review.request)
      if (given === undefined) {
        answer.writeHead(404).end()
        return
      }
      const [status = 200, headers] = 'response' in given ? [] : [given.status, given.headers]
      answer.writeHead(status, { 'content-type': 'application/json', ...headers })
      const { apiVersion, kind } = review
      if ('response' in given) {
        answer.end(JSON.stringify({ apiVersion, kind, response: { uid: review.request.uid, ...given.response } }))
      } else answer.end(typeof given.raw === 'string' ? given.raw : JSON.stringify(given.raw ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(authority.cert).toString('base64'),
    seen: (path) => seen.get(path) ?? [],
    on: (path, hook) => void hooks.set(path, hook),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
