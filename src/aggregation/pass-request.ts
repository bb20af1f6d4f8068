import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import { PassThrough } from 'node:stream'
import type { PassedRequest } from '../http/aggregation.js'
import { endToEndHeaders } from '../http/pass-on.js'
import { TextError } from '../http/plain-text.js'
import { upgradeOf } from '../http/upgrade.js'
import { errors } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'
import { identityHeaders, saysWhoAsks } from './identity-headers.js'
import { PassedAnswer } from './passed-answer.js'
import { hostPort, type Place, type RemoteServer, type Sending } from './remote-server.js'

/** What has been passed on and goes on, until it ends. */
export type Stream = { end(): void }

/** The time for a request is over. */
class Late extends Error {}

/**
 * Passes a request on to another server, bodies streaming both ways, for the user it is from. Resolves when the answer has
 * begun; `streams` has it as long as it goes on, when it may take as long as it likes. `via` names this server, so that a
 * request that comes back is known.
 * @throws StatusError, or TextError with upstream's text (API-SEMANTICS A81), when there is no answer to pass back
 */
export async function passRequest(
  server: RemoteServer,
  passed: PassedRequest,
  { via, streams }: { readonly via: string; readonly streams: Set<Stream> },
): Promise<void> {
  const { request, response, timeout } = passed
  checkLoop(request, via)
  const place = placeOf(server)
  const body = bodyOf(request)
  const sending = { ...sendingOf(passed, place, via), body: body ?? null }
  let answer = new PassedAnswer(passed)
  const stream = { end: () => answer.abort(new Error('it was ended')) }
  const timer = timeout === undefined ? undefined : setTimeout(() => answer.abort(new Late()), timeout)
  if (timeout === undefined) streams.add(stream)
  response.once('close', () => {
    clearTimeout(timer)
    streams.delete(stream)
    stream.end()
    if (body) leave(request, body)
  })
  try {
    await server.send(place, sending, answer)
    await answer.begun.catch(async (error: unknown) => {
      if (body || !isRepeatable(request) || !wasClosed(error)) throw error
      answer = new PassedAnswer(passed)
      await server.send(place, sending, answer)
      await answer.begun
    })
  } catch (error) {
    clearTimeout(timer)
    if (body) leave(request, body)
    if (error instanceof Late) throw errors.timeout('request did not complete within the allotted timeout')
    if (error instanceof TextError) throw error
    throw new TextError(503, `error trying to reach service: ${server.failure(error, place)}`)
  }
}

function placeOf(server: RemoteServer): Place {
  try {
    return server.place()
  } catch {
    throw new TextError(503, 'service unavailable')
  }
}

/** Two servers that each take the other for the one that serves a group would ask each other for ever (RFC 9110, 7.6.3). */
function checkLoop({ headers }: IncomingMessage, via: string): void {
  if (!headers.via?.includes(via)) return
  throw errors.unavailable('the request has come back to this server: an APIService leads around in a circle')
}

/** The body on its way: apart from the request, so that what fails there leaves the caller's connection as it is. */
function bodyOf(request: IncomingMessage): PassThrough | undefined {
  const length = request.headers['content-length']
  if (length === undefined ? !hasUnmeasuredBody(request) : Number(length) === 0) return undefined
  const body = new PassThrough()
  body.on('error', () => leave(request, body))
  return request.pipe(body)
}

/** What is left of the body is read and dropped, so that the caller's connection stays good. */
function leave(request: IncomingMessage, body: PassThrough): void {
  request.unpipe(body)
  request.resume()
}

/** A body whose length no header says. Over HTTP/2 that is one of a stream that did not end with its headers. */
function hasUnmeasuredBody(request: IncomingMessage): boolean {
  if (request.httpVersionMajor < 2) return request.headers['transfer-encoding'] !== undefined
  return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders
}

function sendingOf({ request, user }: PassedRequest, place: Place, via: string): Sending {
  const { method = 'GET', url: path = '/' } = request
  const headers = requestHeaders(request, user, place, via)
  const upgrade = upgradeOf(request)?.protocol
  return { method, path, headers, ...(upgrade === undefined ? {} : { upgrade }) }
}

function requestHeaders(request: IncomingMessage, user: UserInfo, place: Place, via: string) {
  const { headers, socket, url = '/' } = request
  const passed = endToEndHeaders(headers)
  for (const name in passed) if (saysWhoAsks(name)) delete passed[name]
  return Object.assign(passed, identityHeaders(user), {
    host: hostPort(place),
    via: joined(headers.via, `1.1 ${via}`),
    'x-forwarded-for': joined(headers['x-forwarded-for'], socket.remoteAddress),
    'x-forwarded-host': hostPort(place),
    'x-forwarded-proto': 'https',
    'x-forwarded-uri': url.split('?', 1)[0],
  })
}

function joined(...values: (string | string[] | undefined)[]): string {
  return values.filter((value) => value !== undefined).join(', ')
}

function isRepeatable({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** The connection ended without any answer: most likely a kept one, closed just then, and nobody has seen the request. */
function wasClosed(error: unknown): boolean {
  const { code = '' } = error as NodeJS.ErrnoException
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}
