import { Agent, type RequestOptions, request } from 'node:https'
import { quoteGo } from '../codec/go-text.js'
import { gatherBody } from '../http/gather-body.js'
import { goNetworkError } from '../meta/go-network-error.js'
import type { UserInfo } from '../meta/user.js'
import type { RemoteTarget } from './api-service-index.js'
import { identityHeaders } from './identity-headers.js'

/** PEM. */
export interface ClientIdentity {
  readonly cert: string
  readonly key: string
}

export interface RemoteOptions {
  /** Where a Service's port leads to. @throws Error with upstream's text when it leads nowhere */
  resolve(namespace: string, name: string, port: number): { readonly host: string; readonly port: number }
  /** What this server shows, so that it is believed for whom it asks. */
  identity(): Promise<ClientIdentity | undefined>
}

/** A connection nobody uses is closed after this long, in milliseconds: before most servers do. */
const idleTimeout = 30_000

/** Another server, as one APIService says; connections are kept for further requests. */
export class RemoteServer {
  /** Requests under way that are no watches. */
  underWay = 0
  #agent: Promise<Agent> | undefined
  readonly #servername: string

  constructor(
    readonly target: RemoteTarget,
    private readonly options: RemoteOptions,
  ) {
    this.#servername = `${target.name}.${target.namespace}.svc`
  }

  /** How to reach it now. @throws Error with upstream's text when its service leads nowhere */
  async connection(): Promise<RequestOptions & { readonly host: string; readonly port: number }> {
    const { namespace, name, port } = this.target
    const place = this.options.resolve(namespace, name, port)
    this.#agent ??= this.#open()
    return { ...place, servername: this.#servername, agent: await this.#agent }
  }

  /** Go's text for a failure to reach it at `host` and `port`. */
  failure(error: unknown, { host = '', port = '' }: { host?: string; port?: number | string }): string {
    return goNetworkError(error, { host, port, servername: this.#servername })
  }

  close(): void {
    void this.#agent?.then((agent) => agent.destroy())
  }

  async #open(): Promise<Agent> {
    const { caBundle, insecure } = this.target
    return new Agent({
      ...{ keepAlive: true, timeout: idleTimeout, scheduling: 'lifo', rejectUnauthorized: !insecure },
      ...(caBundle === '' ? {} : { ca: Buffer.from(caBundle, 'base64') }),
      ...(await this.options.identity()),
    })
  }
}

export interface Question {
  readonly path: string
  readonly user: UserInfo
  readonly accept: string
  /** Milliseconds for all of it. */
  readonly timeout: number
  /** What is larger is refused. */
  readonly maxBytes: number
}

/**
 * GET for the server's own use, bounded in time and size. Answers with the body of a success.
 * @throws Error with upstream's text
 */
export async function ask(server: RemoteServer, { path, user, accept, timeout, maxBytes }: Question): Promise<Buffer> {
  const connection = await server.connection()
  const url = `https://${hostPort(connection)}${path}`
  const failing = (why: string) => new Error(`failing or missing response from ${url}: ${why}`)
  const headers = { host: hostPort(connection), accept, ...identityHeaders(user) }
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      const late = (error as Error).name === 'AbortError' ? ' (Client.Timeout exceeded while awaiting headers)' : ''
      reject(failing(`Get ${quoteGo(url)}: ${server.failure(error, connection)}${late}`))
    }
    const signal = AbortSignal.timeout(timeout)
    const sent = request({ ...connection, path, headers, signal }, (answer) => {
      const code = answer.statusCode ?? 0
      if (code < 200 || code >= 300) {
        answer.resume()
        return reject(failing(`bad status from ${url}: ${code}`))
      }
      gatherBody(sent, answer, maxBytes, () => new Error('response too large')).then(resolve, fail)
    })
    sent.on('error', fail)
    sent.end()
  })
}

export function hostPort({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
