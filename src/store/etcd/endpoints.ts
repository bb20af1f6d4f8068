import { type ChannelCredentials, Client, connectivityState } from '@grpc/grpc-js'

/**
 * Answers may be of any size: etcd bounds what is written, and pages bound what is read. A connection that swallows
 * everything is noticed within 13 seconds; etcd refuses to be pinged more often than every 5.
 */
const channelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_http_proxy': 0,
}

/** One member of etcd, or what stands before several. */
export interface Endpoint {
  /** As in --etcd-servers. */
  readonly url: string
  readonly client: Client
}

/** The members of etcd that may be asked: one of them is, until it fails; then another one. */
export class Endpoints {
  readonly #all: readonly Endpoint[]
  #current: number

  /** Replicas begin at different members, so that none of these has them all. */
  constructor(urls: readonly string[], credentials: ChannelCredentials) {
    this.#all = urls.map((url) => ({ url, client: new Client(new URL(url).host, credentials, channelOptions) }))
    this.#current = Math.floor(Math.random() * urls.length)
  }

  /**
   * One that is connected: at once where there is one, else as soon as there is. When none is before `deadline` (as
   * Date.now has it), one that a call is told by why not.
   */
  connected(deadline: number): Endpoint | Promise<Endpoint> {
    const current = this.#all[this.#current] as Endpoint
    return isConnected(current) ? current : this.#firstConnected(current, deadline)
  }

  /** It has not answered: the next call goes to another one. */
  failed(endpoint: Endpoint): void {
    if (this.#all[this.#current] === endpoint) this.#current = (this.#current + 1) % this.#all.length
  }

  close(): void {
    for (const { client } of this.#all) client.close()
  }

  async #firstConnected(current: Endpoint, deadline: number): Promise<Endpoint> {
    const first = this.#all.find(isConnected)
    const found = first ?? (await Promise.any(this.#all.map((e) => connects(e, deadline))).catch(() => current))
    this.#current = this.#all.indexOf(found)
    return found
  }
}

export function isConnected({ client }: Endpoint): boolean {
  return client.getChannel().getConnectivityState(false) === connectivityState.READY
}

function connects(endpoint: Endpoint, deadline: number): Promise<Endpoint> {
  return new Promise((resolve, reject) => {
    endpoint.client.waitForReady(deadline, (error) => (error ? reject(error) : resolve(endpoint)))
  })
}
