import type { Dispatcher } from 'undici'
import { quoteGo } from '../meta/go-quote.js'
import type { UserInfo } from '../meta/user.js'
import { AbortableHandler } from './abortable-handler.js'
import { identityHeaders } from './identity-headers.js'
import { hostPort, type RemoteServer } from './remote-server.js'

export interface Question {
  /** Default: GET. */
  readonly method?: 'GET' | 'DELETE'
  readonly path: string
  readonly user: UserInfo
  readonly accept: string
  /** Milliseconds for all of it. */
  readonly timeout: number
  /** What is larger is refused. */
  readonly maxBytes: number
}

/** There is no success; the message is upstream's. */
export class NotDone extends Error {
  constructor(
    text: string,
    /** Of the answer, where there is one. */
    readonly code?: number,
  ) {
    super(text)
  }
}

/**
 * A request of the server's own, bounded in time and size. Answers with the body of a success.
 * @throws NotDone
 */
export async function ask(server: RemoteServer, question: Question): Promise<Buffer> {
  const { method = 'GET', path, user, accept, timeout, maxBytes } = question
  const place = server.place()
  const url = `https://${hostPort(place)}${path}`
  const headers = { host: hostPort(place), accept, ...identityHeaders(user) }
  try {
    return await new Promise((resolve, reject) => {
      const gathering = new Gathering(maxBytes, resolve, reject)
      const late = setTimeout(() => gathering.abort(new Late()), timeout)
      gathering.ended = () => clearTimeout(late)
      server
        .send(place, { method, path, headers }, gathering)
        .catch((error) => gathering.onResponseError(undefined, error))
    })
  } catch (error) {
    const head = `failing or missing response from ${url}: `
    if (error instanceof BadStatus) throw new NotDone(`${head}bad status from ${url}: ${error.code}`, error.code)
    const verb = method === 'GET' ? 'Get' : 'Delete'
    throw new NotDone(
      `${head}${verb} ${quoteGo(url)}: ${error instanceof Late ? Late.text : server.failure(error, place)}`,
    )
  }
}

class Late extends Error {
  static readonly text = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
}

class BadStatus extends Error {
  constructor(readonly code: number) {
    super()
  }
}

/** Gathers the body of a success. */
class Gathering extends AbortableHandler implements Dispatcher.DispatchHandler {
  /** Called once nothing more will come. */
  ended = () => {}
  readonly #chunks: Buffer[] = []
  #size = 0

  constructor(
    private readonly maxBytes: number,
    private readonly resolve: (body: Buffer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    super()
  }

  override abort(reason: Error): void {
    super.abort(reason)
    // A connection that is still being made goes on by itself, and is good for the next question.
    this.onResponseError(undefined, reason)
  }

  onResponseStart(controller: Dispatcher.DispatchController, code: number): void {
    if (code < 200 || code >= 300) controller.abort(new BadStatus(code))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.maxBytes) controller.abort(new Error('response too large'))
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.ended()
    this.resolve(Buffer.concat(this.#chunks))
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.ended()
    this.reject(error)
  }
}
