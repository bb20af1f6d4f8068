import {
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request as requestHttp,
  type ServerResponse,
} from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream/promises'
import { checkPassedPath, endToEndHeaders } from '../http/pass-on.js'
import { errors, StatusError } from '../meta/status.js'

/** Passes one request on; `path` with its query, as the client sent it. Resolves when the answer is out, never rejects. */
export type Proxy = (request: IncomingMessage, response: ServerResponse, path: string) => Promise<void>

/**
 * Passes requests on to `target`, bodies streaming both ways, the caller's credentials included: the server there
 * decides whom it trusts. What can't be reached is answered with 502, and with 504 what says nothing for `timeoutMs`
 * before its answer begins. A caller that goes away ends the request there too.
 */
export function createProxy(target: URL, timeoutMs: number): Proxy {
  const base = target.pathname.replace(/\/$/, '')
  return async (request, response, path) => {
    let outgoing: ClientRequest | undefined
    response.once('close', () => outgoing?.destroy())
    try {
      checkPassedPath(path)
      outgoing = open(target, base + path, request, timeoutMs)
      const incoming = await answerOf(request, outgoing)
      response.writeHead(incoming.statusCode ?? 502, endToEndHeaders(incoming.headers))
      // The caller of an event stream should see that it has begun, long before its first event.
      response.flushHeaders()
      await pipeline(incoming, response)
    } catch (error) {
      outgoing?.destroy()
      if (response.headersSent) response.destroy()
      else if (!response.destroyed) refuse(response, asStatusError(error, timeoutMs))
    } finally {
      // An answer may come before the body's end: the rest is read and dropped, so that the connection stays good.
      request.unpipe()
      request.resume()
    }
  }
}

/** A connection of its own: a kept one that the server there closes just then would fail the request. */
function open(target: URL, path: string, request: IncomingMessage, timeout: number): ClientRequest {
  const { method } = request
  const settings = { method, path, headers: requestHeaders(request, target), timeout, agent: false as const }
  const { protocol, port } = target
  const hostname = target.hostname.replace(/^\[(.*)\]$/, '$1')
  return (protocol === 'https:' ? requestHttps : requestHttp)({ protocol, hostname, port, ...settings })
}

class AnswerTimeout extends Error {}

/** Sends the body and waits for the head of the answer. */
function answerOf(request: IncomingMessage, outgoing: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject)
    outgoing.on('timeout', () => outgoing.destroy(new AnswerTimeout()))
    outgoing.on('response', (incoming) => {
      // A stream that has begun may rest as long as it likes.
      outgoing.setTimeout(0)
      resolve(incoming)
    })
    // The server there may answer before there is any body.
    outgoing.flushHeaders()
    request.pipe(outgoing)
  })
}

/**
 * Says for whom it asks, so that a server on this machine does not take the proxy for a local caller; and never who the
 * caller is in the words of a front proxy, which a server there might believe.
 */
function requestHeaders(request: IncomingMessage, target: URL): OutgoingHttpHeaders {
  const { headers, socket } = request
  const passed = Object.entries(endToEndHeaders(headers)).filter(([name]) => !name.startsWith('x-remote-'))
  const before = headers['x-forwarded-for']
  return {
    ...Object.fromEntries(passed),
    ...(headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' }),
    host: target.host,
    // Asked to close, a server that answers before the body's end cuts the connection, and the answer may be lost.
    connection: 'keep-alive',
    'x-forwarded-for': [before ?? [], socket.remoteAddress ?? 'unknown'].flat().join(', '),
    'x-forwarded-host': headers.host ?? '',
    'x-forwarded-proto': 'encrypted' in socket ? 'https' : 'http',
  }
}

function asStatusError(error: unknown, timeoutMs: number): StatusError {
  if (error instanceof StatusError) return error
  if (error instanceof AnswerTimeout) {
    return errors.timeout(`the server behind this path did not begin to answer within ${timeoutMs / 1000}s`)
  }
  const { code = 'no answer' } = error as NodeJS.ErrnoException
  return errors.bare(502, `the server behind this path can't be reached: ${code}`)
}

function refuse(response: ServerResponse, { status }: StatusError): void {
  response.writeHead(status.code, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(status)}\n`)
}
