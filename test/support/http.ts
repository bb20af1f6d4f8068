import * as http from 'node:http'
import * as https from 'node:https'
import type { KubeObject } from '../../src/meta/object.js'
import { openWatch, type WatchStream } from './watch.js'

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  readonly bytes: Buffer
  /** The body as JSON, taken for a T. */
  json<T = KubeObject>(): T
}

/** Tried and true for lists of any kind. */
export interface ListBody<T = KubeObject> {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly T[]
}

export type Headers = Readonly<Record<string, string>>

export interface HttpClient {
  /** `body`: text and bytes are sent as they are, anything else as JSON. */
  request(method: string, path: string, body?: unknown, headers?: Headers): Promise<Answer>
  get(path: string, headers?: Headers): Promise<Answer>
  post(path: string, body: unknown, headers?: Headers): Promise<Answer>
  put(path: string, body: unknown, headers?: Headers): Promise<Answer>
  /** JSON patch for an array, else merge patch. */
  patch(path: string, body: unknown, headers?: Headers): Promise<Answer>
  delete(path: string, body?: unknown, headers?: Headers): Promise<Answer>
  /** Opens a watch and waits for its headers. @throws unless they say 200 */
  watch(path: string, headers?: Headers): Promise<WatchStream>
}

interface ClientOptions {
  readonly headers?: Headers
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** Talks to one server, one connection a request. Over TLS the certificate is checked only when `ca` is given. */
export function httpClient(base: string, options: ClientOptions = {}): HttpClient {
  const { headers: always = {}, ...tls } = options
  const send = (method: string, path: string, body: unknown, headers: Headers) =>
    open(`${base}${path}`, method, body, { ...always, ...headers }, tls)
  const request = async (method: string, path: string, body?: unknown, headers: Headers = {}) =>
    collect(await send(method, path, body, headers))
  return {
    request,
    get: (path, headers) => request('GET', path, undefined, headers),
    post: (path, body, headers) => request('POST', path, body, headers),
    put: (path, body, headers) => request('PUT', path, body, headers),
    patch: (path, body, headers) => {
      const form = Array.isArray(body) ? 'json-patch' : 'merge-patch'
      return request('PATCH', path, body, { 'content-type': `application/${form}+json`, ...headers })
    },
    delete: (path, body, headers) => request('DELETE', path, body, headers),
    watch: async (path, headers = {}) => {
      const response = await send('GET', path, undefined, headers)
      if (response.statusCode !== 200) throw new Error(`watch ${path}: ${(await collect(response)).text}`)
      return openWatch(response)
    },
  }
}

function open(
  url: string,
  method: string,
  body: unknown,
  headers: Headers,
  tls: Omit<ClientOptions, 'headers'>,
): Promise<http.IncomingMessage> {
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
  const text = raw ? body : JSON.stringify(body)
  const own =
    text === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
  const settings = { method, headers: { ...own, ...headers }, agent: false as const }
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:')
      ? https.request(url, { ...settings, ...tls, rejectUnauthorized: tls.ca !== undefined }, resolve)
      : http.request(url, settings, resolve)
    request.on('error', reject)
    request.end(text)
  })
}

async function collect(response: http.IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const text = bytes.toString('utf8')
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text,
    bytes,
    json: <T>() => JSON.parse(text) as T,
  }
}
