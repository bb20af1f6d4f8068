import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'
import type { PassedRequest } from '../http/aggregation.js'
import { endToEndHeaders } from '../http/pass-on.js'
import { TextError } from '../http/plain-text.js'
import { upgradeOf } from '../http/upgrade.js'
import { AbortableHandler } from './abortable-handler.js'
import { joinUpgraded } from './upgraded.js'

/**
 * The answer of another server, passed back as it comes: what breaks off on the way there breaks off on the way back, since
 * half an answer is not to be taken for a whole one. It takes no faster than the caller does.
 */
export class PassedAnswer extends AbortableHandler implements Dispatcher.DispatchHandler {
  /** Resolves when the answer has begun. @throws what came in its place */
  readonly begun: Promise<void>
  #begin: () => void = () => {}
  #fail: (error: Error) => void = () => {}
  #state: 'awaited' | 'begun' | 'written' = 'awaited'
  /** Of a connection that speaks another protocol now. */
  #far: Duplex | undefined

  constructor(private readonly passed: PassedRequest) {
    super()
    this.begun = new Promise((resolve, reject) => {
      this.#begin = resolve
      this.#fail = reject
    })
    // Whoever sends the request may fail before anybody waits for the answer.
    this.begun.catch(() => {})
  }

  override abort(reason: Error): void {
    super.abort(reason)
    this.#far?.destroy()
    this.#fail(reason)
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    _code: number,
    _headers: IncomingHttpHeaders,
    far: Duplex,
  ): void {
    this.#far = far
    joinUpgraded(this.passed, controller.rawHeaders as Buffer[], far)
    this.#begin()
  }

  onResponseStart(controller: Dispatcher.DispatchController, code: number, headers: IncomingHttpHeaders): void {
    if (code < 200) return
    const refusal = refusalOf(this.passed, code, headers)
    if (refusal) return void controller.abort(refusal)
    const { response } = this.passed
    response.writeHead(code, endToEndHeaders(headers))
    this.#state = 'begun'
    this.#begin()
    // The caller of a watch should see that it has begun, long before its first event; else one write does.
    if (headers['content-length'] === undefined) process.nextTick(() => this.#showBegun())
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const { response } = this.passed
    this.#state = 'written'
    if (response.write(chunk)) return
    controller.pause()
    response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.#state = 'written'
    this.passed.response.end()
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#state === 'awaited') this.#fail(error)
    else this.passed.response.destroy()
  }

  #showBegun(): void {
    if (this.#state === 'begun') this.passed.response.flushHeaders()
  }
}

/** An answer that is not passed back: to a request for another protocol an error alone is. */
function refusalOf({ request }: PassedRequest, code: number, { location }: IncomingHttpHeaders): TextError | undefined {
  if (upgradeOf(request) && code < 400) return new TextError(503, `invalid upgrade response: status code ${code}`)
  if (code < 300 || code > 399 || !location) return undefined
  return new TextError(502, 'the backend attempted to redirect this request, which is not permitted')
}
