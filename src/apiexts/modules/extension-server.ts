import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { problemAnswer } from '../../http/problem.js'
import { Streams } from '../../http/streams.js'
import type { Log } from '../../meta/log.js'
import { errors, StatusError } from '../../meta/status.js'
import { anonymousUser, type UserInfo } from '../../meta/user.js'
import { Client, type Connection } from '../../reconcile/client.js'
import { ResourceClient } from '../../reconcile/resource-client.js'
import type { Extension } from './extension.js'
import { ServedExtension } from './served-extension.js'

export interface ExtensionServerOptions {
  readonly extensions: readonly Extension[]
  /** The API server, and who extensions are where they don't act for a caller. */
  readonly connection: Connection
  readonly address: string
  readonly port: number
  readonly log: Log
}

/**
 * Serves `/wukong/<name>` of extensions outside the API server, whose `--apiext-url` passes requests on to it. Who is
 * calling is whose bearer token a request has, as the API server says; without one it is the anonymous user. Answers with
 * what ends it. @throws Error naming the extension, or why the address can't be listened on
 */
export async function serveExtensions(options: ExtensionServerOptions): Promise<() => Promise<void>> {
  const { connection, log } = options
  const end = new AbortController()
  const streams = new Streams(log)
  const own = new Client(connection, 'wukong-extension')
  // Nothing of the credentials above: a caller has those of the request.
  const { server, ca, insecureSkipTlsVerify = false } = connection
  const callers = new Client({ server, insecureSkipTlsVerify, ...(ca === undefined ? {} : { ca }) }, 'wukong-extension')
  const context = {
    resources: (ref: ConstructorParameters<typeof ResourceClient>[1]) => new ResourceClient(own, ref) as never,
    log,
    signal: end.signal,
  }
  const served = new Map<string, ServedExtension>()
  for (const extension of options.extensions) {
    if (served.has(extension.name)) throw new Error(`two extensions are called ${extension.name}`)
    served.set(extension.name, await ServedExtension.of(extension, context, streams))
  }
  const listener = createServer((request, response) => {
    answer(served, callers, request, response).catch((error: unknown) => refuse(error, request, response, log))
  })
  await listening(listener, options)
  return async () => {
    end.abort()
    streams.endAll()
    await new Promise((resolve) => {
      listener.close(resolve)
      listener.closeIdleConnections()
    })
    own.close()
    callers.close()
  }
}

function listening(listener: Server, { address, port }: ExtensionServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', reject)
    listener.listen(port, address, resolve)
  })
}

async function answer(
  served: ReadonlyMap<string, ServedExtension>,
  callers: Client,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [path = '', query] = (request.url ?? '/').split('?', 2)
  const [, name = '', rest = ''] = /^\/wukong\/([^/]+)(\/.*)?$/.exec(path) ?? []
  const extension = served.get(name)
  if (!extension) throw errors.unknownPath()
  const client = callerOf(callers, request)
  const user = await userOf(client)
  await extension.handle({ request, response, path: rest, query: new URLSearchParams(query), user, client })
}

/** Without a token: nobody, and not whom the API server would take this process for. */
function callerOf(callers: Client, { headers: { authorization = '' } }: IncomingMessage): Client {
  const [, token] = /^bearer +(\S+)$/i.exec(authorization.trim()) ?? []
  return callers.with(token === undefined ? { impersonate: anonymousUser } : { token })
}

async function userOf(client: Client): Promise<UserInfo> {
  if (client.connection.impersonate) return client.connection.impersonate
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
  interface Reviewed {
    readonly status: {
      readonly userInfo: { username: string; uid?: string; groups?: string[]; extra?: UserInfo['extra'] }
    }
  }
  const { status } = await client.request<Reviewed>('POST', path, { body: review })
  const { username: name, uid, groups = [], extra } = status.userInfo
  return { name, groups, ...(uid ? { uid } : {}), ...(extra ? { extra } : {}) }
}

function refuse(error: unknown, { method, url }: IncomingMessage, response: ServerResponse, log: Log): void {
  if (response.headersSent) return void response.destroy()
  const known = error instanceof StatusError ? error : errors.internal(String((error as Error)?.message ?? error))
  if (known !== error) log.error(`${method} ${url} failed`, { error: String(error) })
  const { code, type, body } = problemAnswer(known.status, url?.split('?', 1)[0] ?? '')
  response.writeHead(code, { 'Content-Type': type, Connection: 'close' }).end(body)
}
