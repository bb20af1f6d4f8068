import * as http from 'node:http'
import * as https from 'node:https'
import { setTimeout as delay } from 'node:timers/promises'
import { parseJson, stringifyJson } from '../codec/json.js'
import { isJsonObject } from '../meta/object.js'
import { errors, type Status, StatusError } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'

/** How to reach a server, and as whom. Certificates and keys are PEM. */
export interface Connection {
  readonly server: string
  readonly token?: string | (() => Promise<string>)
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly insecureSkipTlsVerify?: boolean
  /** On whose behalf, where the credentials are allowed to act for others. */
  readonly impersonate?: UserInfo
  /** Of the kubeconfig's context. */
  readonly namespace?: string
}

/** What goes with a request beside its method and path. */
export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
  /** Default: application/json. */
  readonly contentType?: string
  readonly signal?: AbortSignal | undefined
}

/** Requests that a server is too busy for are sent again, so often. */
const busyAttempts = 10
const longestAnswer = 60_000

/** One server, and requests to it: JSON in and out, without loss of long integers, failures as StatusError. */
export class Client {
  readonly namespace: string
  private readonly agent: http.Agent
  private readonly base: URL

  constructor(
    readonly connection: Connection,
    private readonly userAgent = 'wukong-controller',
    agent?: http.Agent,
  ) {
    this.base = new URL(connection.server)
    this.namespace = connection.namespace ?? 'default'
    const { ca, cert, key, insecureSkipTlsVerify } = connection
    this.agent =
      agent ??
      (this.base.protocol === 'https:'
        ? new https.Agent({ keepAlive: true, ca, cert, key, rejectUnauthorized: !insecureSkipTlsVerify })
        : new http.Agent({ keepAlive: true }))
  }

  /** A client over the same connections, with other credentials than those of the connection itself. */
  with(credentials: Pick<Connection, 'token' | 'impersonate'>): Client {
    return new Client({ ...this.connection, ...credentials }, this.userAgent, this.agent)
  }

  /** @throws StatusError as the server answers; Error when it can't be reached or says nothing for a minute */
  async request<T = unknown>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const response = await this.open(method, path, options)
      const code = response.statusCode ?? 0
      const body = await readAll(response)
      if (code >= 200 && code < 300) return parseJson(body) as T
      const seconds = Number(response.headers['retry-after'])
      // The server says when, and that it has done nothing.
      if ((code !== 429 && code !== 503) || !(seconds >= 0) || attempt === busyAttempts) throw failure(code, body)
      await delay(seconds * 1000, undefined, { signal: options.signal })
    }
  }

  /** The lines of a stream as they come, until it ends or `signal` says so. @throws StatusError */
  async *lines(path: string, options: RequestOptions): AsyncGenerator<string> {
    const response = await this.open('GET', path, options)
    const code = response.statusCode ?? 0
    if (code !== 200) throw failure(code, await readAll(response))
    try {
      let rest = ''
      for await (const chunk of response.setEncoding('utf8')) {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        yield* lines
      }
    } finally {
      response.destroy()
    }
  }

  /** Ends connections that wait for further requests. */
  close(): void {
    this.agent.destroy()
  }

  private async open(method: string, path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const { body, query = {}, contentType = 'application/json', signal } = options
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
    const { token, impersonate } = this.connection
    const bearer = typeof token === 'function' ? await token() : token
    const text = body === undefined ? undefined : Buffer.from(stringifyJson(body))
    const headers = {
      accept: 'application/json',
      'user-agent': this.userAgent,
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(impersonate ? impersonation(impersonate) : {}),
      ...(text ? { 'content-type': contentType, 'content-length': text.length } : {}),
    }
    const { protocol, hostname, port, pathname } = this.base
    const target = `${pathname.replace(/\/$/, '')}${path}${given.length > 0 ? `?${search}` : ''}`
    const settings = { protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, path: target, method, headers }
    return new Promise((resolve, reject) => {
      const send = protocol === 'https:' ? https.request : http.request
      const request = send({ ...settings, agent: this.agent, ...(signal ? { signal } : {}) }, (response) => {
        request.setTimeout(0)
        resolve(response)
      })
      request.setTimeout(longestAnswer, () => request.destroy(new Error(`${method} ${path}: no answer for a minute`)))
      request.on('error', reject)
      request.end(text)
    })
  }
}

/** Names of extra fields may have characters that headers may not (API-SEMANTICS A10). */
function impersonation({ name, uid, groups, extra = {} }: UserInfo): http.OutgoingHttpHeaders {
  const extras = Object.entries(extra).map(([key, values]) => [
    `impersonate-extra-${encodeURIComponent(key)}`,
    [...values],
  ])
  return {
    'impersonate-user': name,
    ...(uid === undefined ? {} : { 'impersonate-uid': uid }),
    ...(groups.length > 0 ? { 'impersonate-group': [...groups] } : {}),
    ...Object.fromEntries(extras),
  }
}

async function readAll(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** What a failed answer says; one without a Status comes from something in between. */
function failure(code: number, body: Buffer): StatusError {
  const text = body.toString()
  try {
    const status = parseJson(body)
    if (isJsonObject(status) && status.kind === 'Status')
      return new StatusError({ ...(status as unknown as Status), code })
  } catch {
    // Plain text, then.
  }
  return errors.bare(code, text.slice(0, 1_000).trim() || `the server answered ${code}`)
}
