import type { Agent, Dispatcher } from 'undici'
import { goNetworkError } from '../meta/go-network-error.js'
import type { RemoteTarget } from './api-service-index.js'

/** PEM. */
export interface ClientIdentity {
  readonly cert: string
  readonly key: string
}

/** Where a connection leads to. */
export interface Place {
  readonly host: string
  readonly port: number
}

export interface RemoteOptions {
  /** Where a Service's port leads to. @throws Error with upstream's text when it leads nowhere */
  resolve(namespace: string, name: string, port: number): Place
  /** What this server shows, so that it is believed for whom it asks. */
  identity(): Promise<ClientIdentity | undefined>
}

/** One request: see undici's Dispatcher. */
export type Sending = Omit<Dispatcher.DispatchOptions, 'origin'>

/** A connection nobody uses is closed after this long, in milliseconds: before most servers do. */
const idleTimeout = 30_000
/** Go's, to make a connection. */
const connectTimeout = 30_000
/** As many bytes of headers as this server itself takes. */
const maxHeaderSize = 64 * 1024

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

  /** Where it is now. @throws Error with upstream's text when its service leads nowhere */
  place(): Place {
    const { namespace, name, port } = this.target
    return this.options.resolve(namespace, name, port)
  }

  /** Sends a request there; `handler` hears of all that follows. @throws Error when nothing can be sent at all */
  async send(place: Place, sending: Sending, handler: Dispatcher.DispatchHandler): Promise<void> {
    this.#agent ??= this.#open()
    const agent = await this.#agent
    // undici takes the name of the certificate from here too, which its types do not tell.
    const options = { ...sending, origin: `https://${hostPort(place)}`, servername: this.#servername }
    agent.dispatch(options, handler)
  }

  /** Go's text for a failure to reach it at a place. */
  failure(error: unknown, place: Place): string {
    return goNetworkError(error, { ...place, servername: this.#servername })
  }

  close(): void {
    void this.#agent?.then((agent) => agent.destroy()).catch(() => {})
  }

  async #open(): Promise<Agent> {
    const { caBundle, insecure } = this.target
    const [{ default: Agent }, identity] = await Promise.all([
      import('undici/lib/dispatcher/agent.js'),
      this.options.identity(),
    ])
    return new Agent({
      keepAliveTimeout: idleTimeout,
      keepAliveMaxTimeout: idleTimeout,
      maxHeaderSize,
      // Who asks keeps the time: a watch may rest as long as it likes.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: {
        rejectUnauthorized: !insecure,
        timeout: connectTimeout,
        ...identity,
        ...(caBundle === '' ? {} : { ca: Buffer.from(caBundle, 'base64') }),
      },
    })
  }
}

export function hostPort({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}
