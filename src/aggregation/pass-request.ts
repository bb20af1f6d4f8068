import type { ClientRequest, IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { type Agent, type RequestOptions, request as requestHttps } from 'node:https'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { PassedRequest } from '../http/aggregation.js'
import { endToEndHeaders } from '../http/pass-on.js'
import { TextError } from '../http/plain-text.js'
import { upgradeOf } from '../http/web-socket.js'
import { errors } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'
import { identityHeaders, saysWhoAsks } from './identity-headers.js'
import { hostPort, type RemoteServer } from './remote-server.js'
import { joinUpgraded } from './upgraded.js'

/** What has been passed on and goes on, until it ends. */
export type Stream = { end(): void }

/** The time for a request is over. */
class Late extends Error {}

/**
 * Passes a request on to another server, bodies streaming both ways, for the user it is from. Resolves when the answer has
 * begun; `streams` has it as long as it goes on. `via` names this server, so that a request that comes back is known.
 * @throws StatusError, or TextError with upstream's text (API-SEMANTICS A81), when there is no answer to pass back
 */
export async function passRequest(
  server: RemoteServer,
  passed: PassedRequest,
  { via, streams }: { readonly via: string; readonly streams: Set<Stream> },
): Promise<void> {
  const { request, response, timeout } = passed
  checkLoop(request, via)
  const connection = await server.connection().catch(() => unavailable('service unavailable'))
  let outgoing: ClientRequest | undefined
  const cancel = () => outgoing?.destroy()
  response.once('close', cancel)
  const timer = timeout === undefined ? undefined : setTimeout(() => outgoing?.destroy(new Late()), timeout)
  response.once('close', () => clearTimeout(timer))
  try {
    const headers = requestHeaders(passed, connection, via)
    const options = { ...connection, method: request.method ?? 'GET', path: request.url ?? '/', headers }
    const { incoming, socket, head } = await answerOf(request, options, (sent) => {
      outgoing = sent
    })
    if (socket) return joinUpgraded(passed, incoming, { socket, head })
    checkAnswer(request, incoming)
    passBack(passed, incoming, streams)
  } catch (error) {
    clearTimeout(timer)
    request.unpipe()
    request.resume()
    if (error instanceof Late) throw errors.timeout('request did not complete within the allotted timeout')
    if (error instanceof TextError) throw error
    throw new TextError(503, `error trying to reach service: ${server.failure(error, connection)}`)
  }
}

function unavailable(text: string): never {
  throw new TextError(503, text)
}

/** Two servers that each take the other for the one that serves a group would ask each other for ever (RFC 9110, 7.6.3). */
function checkLoop({ headers }: IncomingMessage, via: string): void {
  if (!headers.via?.includes(via)) return
  throw errors.unavailable('the request has come back to this server: an APIService leads around in a circle')
}

function requestHeaders(
  { request, user }: { request: IncomingMessage; user: UserInfo },
  connection: { readonly host: string; readonly port: number },
  via: string,
): OutgoingHttpHeaders {
  const { headers, socket } = request
  const passed = Object.entries(endToEndHeaders(headers)).filter(([name]) => !saysWhoAsks(name))
  const upgrade = upgradeOf(request) ? { connection: 'Upgrade', upgrade: 'websocket' } : {}
  return {
    ...Object.fromEntries(passed),
    ...(hasUnmeasuredBody(request) ? { 'transfer-encoding': 'chunked' } : {}),
    ...upgrade,
    ...identityHeaders(user),
    host: hostPort(connection),
    via: [headers.via ?? [], `1.1 ${via}`].flat().join(', '),
    'x-forwarded-for': [headers['x-forwarded-for'] ?? [], socket.remoteAddress ?? []].flat().join(', '),
    'x-forwarded-host': hostPort(connection),
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': (request.url ?? '/').split('?', 1)[0],
  }
}

/** A body whose length no header says. Over HTTP/2 that is one of a stream that did not end with its headers. */
function hasUnmeasuredBody(request: IncomingMessage): boolean {
  const { headers, httpVersionMajor } = request
  if (headers['content-length'] !== undefined) return false
  if (httpVersionMajor < 2) return headers['transfer-encoding'] !== undefined
  return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders
}

interface Answer {
  readonly incoming: IncomingMessage
  /** Of a connection that is no longer HTTP, and what has come on it. */
  readonly socket?: Duplex
  readonly head?: Buffer
}

/**
 * Sends the request and waits for the head of the answer. A request that asks for something, and whose kept connection
 * turns out to have been closed meanwhile, is sent once more: nobody has seen it.
 */
function answerOf(
  request: IncomingMessage,
  options: RequestOptions,
  begun: (sent: ClientRequest) => void,
): Promise<Answer> {
  const { headers } = request
  const isRepeatable =
    (request.method === 'GET' || request.method === 'HEAD') && !headers['content-length'] && !hasUnmeasuredBody(request)
  const attempt = (settings: RequestOptions) =>
    new Promise<Answer>((resolve, reject) => {
      const sent = requestHttps(settings)
      begun(sent)
      sent.on('response', (incoming) => resolve({ incoming }))
      sent.on('upgrade', (incoming, socket, head) => resolve({ incoming, socket, head }))
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = sent.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
        reject(isRepeatable && isStale ? new StaleConnection() : error)
      })
      if (isRepeatable) return void sent.end()
      sent.flushHeaders()
      request.pipe(sent)
    })
  return attempt(options).catch((error: unknown) => {
    if (!(error instanceof StaleConnection)) throw error
    const { agent, ...others } = options
    return attempt({ ...(agent as Agent).options, ...others, agent: false })
  })
}

class StaleConnection extends Error {}

function checkAnswer(request: IncomingMessage, incoming: IncomingMessage): void {
  const { statusCode = 502, headers } = incoming
  const refusal = upgradeOf(request)
    ? new TextError(503, `invalid upgrade response: status code ${statusCode}`)
    : statusCode >= 300 && statusCode <= 399 && headers.location
      ? new TextError(502, 'the backend attempted to redirect this request, which is not permitted')
      : undefined
  if (!refusal) return
  incoming.resume()
  throw refusal
}

/** What breaks off on the way there breaks off on the way back: half an answer is not to be taken for a whole one. */
function passBack({ response }: PassedRequest, incoming: IncomingMessage, streams: Set<Stream>): void {
  response.writeHead(incoming.statusCode ?? 502, endToEndHeaders(incoming.headers))
  // The caller of a watch should see that it has begun, long before its first event; else one write does.
  if (incoming.headers['content-length'] === undefined) response.flushHeaders()
  const stream = { end: () => incoming.destroy() }
  streams.add(stream)
  response.once('close', () => streams.delete(stream))
  pipeline(incoming, response).catch(() => response.destroy())
}
