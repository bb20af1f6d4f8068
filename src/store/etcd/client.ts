import { setTimeout as pause } from 'node:timers/promises'
import { type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js'
import { StoreUnavailable } from '../store.js'
import { type CertificateFiles, credentialsOf } from './certificates.js'
import { type Endpoint, Endpoints, isConnected } from './endpoints.js'
import { failureOf, hadNoEffect, isAway, isCompacted } from './failures.js'
import { InFlight } from './in-flight.js'
import {
  type LeaseId,
  type Method,
  methods,
  type PutRequest,
  type RangeRequest,
  type RangeResponse,
  type TxnRequest,
  type TxnResponse,
  type WatchRequest,
  type WatchResponse,
} from './protocol.js'

/** How etcd is reached. */
export interface EtcdAddress {
  /** Of http or of https, not of both. */
  readonly servers: readonly string[]
  /** For https. */
  readonly certificates?: CertificateFiles
}

/** etcd itself gives up after 7 seconds; what it then says is better than silence. Milliseconds. */
const answerTimeout = 10_000
/** How long calls wait for a connection, or for members that elect a leader. Milliseconds. */
const patience = 2_500
const retryInterval = 100
/** etcd takes up to 5,000 changes at once and then refuses. */
const mostInFlight = 512

export type WatchCall = ClientDuplexStream<WatchRequest, WatchResponse>

/**
 * Calls of etcd's API, at whichever member answers. What certainly had no effect, and what only reads, is tried again
 * for a moment; everything else that fails is told as it is.
 */
export class EtcdClient {
  readonly #endpoints: Endpoints
  readonly #inFlight = new InFlight(mostInFlight)
  readonly #metadata = new Metadata()
  #closed = false

  /** `timeout`: how long an answer may take, in milliseconds. */
  constructor(
    { servers, certificates }: EtcdAddress,
    private readonly timeout = answerTimeout,
  ) {
    this.#endpoints = new Endpoints(servers, certificates ? credentialsOf(certificates) : credentials.createInsecure())
    // A member that has lost the others says so at once.
    this.#metadata.set('hasleader', 'true')
  }

  /** @throws CompactedRevision */
  range(request: RangeRequest): Promise<RangeResponse> {
    return this.#call(methods.range, request, true)
  }

  async put(request: PutRequest): Promise<void> {
    await this.#call(methods.put, request, false)
  }

  txn(request: TxnRequest): Promise<TxnResponse> {
    return this.#call(methods.txn, request, false)
  }

  /** Does nothing, and says nothing, when that revision is compacted already. */
  async compact(revision: number): Promise<void> {
    await this.#call(methods.compact, { revision, physical: false }, true).catch((error) => {
      if (!(error instanceof CompactedRevision)) throw error
    })
  }

  async grantLease(seconds: number): Promise<LeaseId> {
    return (await this.#call(methods.grantLease, { TTL: seconds, ID: 0 }, false)).ID
  }

  /** A stream for watches, and the version of the member it goes to. @throws StatusError */
  async openWatch(): Promise<{ call: WatchCall; version: string }> {
    const endpoint = await this.#endpoints.connected(Date.now() + patience)
    const { path, encode, decode } = methods.watch
    try {
      const { version } = await this.#unary(endpoint, methods.status, {})
      return { call: endpoint.client.makeBidiStreamRequest(path, encode, decode, this.#metadata), version }
    } catch (error) {
      this.#endpoints.failed(endpoint)
      throw this.#told(error)
    }
  }

  close(): void {
    this.#closed = true
    this.#endpoints.close()
  }

  async #call<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    onlyReads: boolean,
  ): Promise<Response> {
    const place = this.#inFlight.enter()
    if (place) await place
    try {
      return await this.#attempts(method, request, onlyReads)
    } finally {
      this.#inFlight.leave()
    }
  }

  async #attempts<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    onlyReads: boolean,
  ): Promise<Response> {
    const until = Date.now() + patience
    for (;;) {
      if (this.#closed) throw new StoreUnavailable('the store is closed')
      const connected = this.#endpoints.connected(until)
      const endpoint = connected instanceof Promise ? await connected : connected
      try {
        return await this.#unary(endpoint, method, request)
      } catch (error) {
        if (isAway(error)) this.#endpoints.failed(endpoint)
        const again = hadNoEffect(error) || (onlyReads && isAway(error))
        if (!again || Date.now() > until) throw this.#told(error)
        await pause(retryInterval)
      }
    }
  }

  #unary<Request, Response>(
    endpoint: Endpoint,
    { path, encode, decode }: Method<Request, Response>,
    request: Request,
  ): Promise<Response> {
    // Without a connection a call says at once why there is none, or that one is being made.
    const deadline = Date.now() + (isConnected(endpoint) ? this.timeout : retryInterval)
    return new Promise((resolve, reject) => {
      const answer = (error: Error | null, response?: Response) =>
        error ? reject(error) : resolve(response as Response)
      endpoint.client.makeUnaryRequest(path, encode, decode, request, this.#metadata, { deadline }, answer)
    })
  }

  #told(error: unknown): Error {
    if (this.#closed) return new StoreUnavailable('the store is closed')
    return isCompacted(error) ? new CompactedRevision() : failureOf(error)
  }
}

/** The revision asked for is not known any more. */
export class CompactedRevision extends Error {}
