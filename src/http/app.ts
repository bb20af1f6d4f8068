import { randomUUID } from 'node:crypto'
import Router from '@koa/router'
import Koa, { type Context } from 'koa'
import type { Authenticator } from '../auth/authentication.js'
import { readAuthenticationRequest } from '../auth/authentication-request.js'
import type { Authorities } from '../auth/client-certificate.js'
import { forbiddenError } from '../auth/forbidden.js'
import { actingUser } from '../auth/impersonation.js'
import type { KindTypes } from '../codec/protobuf/protobuf.js'
import type { Log } from '../meta/log.js'
import { isJsonObject } from '../meta/object.js'
import { parseRequestInfo, type RequestInfo } from '../meta/request-info.js'
import { anonymousUser, type UserInfo } from '../meta/user.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Backend } from '../registry/backend.js'
import type { PublishKind } from '../schema/openapi-resource.js'
import { jsonAccepted } from './accept.js'
import { compressFrom, gunzip, gzip, takesGzip } from './compress.js'
import type { Answer, Call } from './context.js'
import { DiscoveryHandler } from './discovery-handler.js'
import { encodeValue, wantsPretty } from './encode.js'
import { answerError } from './error-answer.js'
import { type HealthCheck, health } from './health.js'
import { OpenApiHandler } from './openapi-handler.js'
import { pageNotFound } from './plain-text.js'
import { requestTimeout, withTimeout } from './request-timeout.js'
import { ResourceHandler } from './resource-handler.js'
import { versionDocument } from './version.js'
import { Warnings } from './warnings.js'
import { Watches } from './watches.js'
import { writeParts } from './write-parts.js'

export interface AppOptions {
  readonly backend: Backend
  readonly authenticate: Authenticator
  /** Whose certificates are believed now. */
  authorities(): Authorities
  readonly authorizer: Authorizer
  readonly checks: readonly HealthCheck[]
  /** Milliseconds for everything but watches. */
  readonly requestTimeout: number
  readonly version: string
  /** Protobuf types of built-in kinds. */
  readonly protobuf: KindTypes | undefined
  /** OpenAPI schemas of built-in kinds. */
  readonly publishKind: PublishKind
  readonly log: Log
  /** Serves what lies below `/wukong`, behind the same authentication and authorization. */
  mountExtensions(router: Router, openWatch: OpenWatch): void
  /** The request to the API that one below `/wukong` equals, as which it is authorised, limited and audited. */
  equalRequest(method: string, path: string, query: URLSearchParams): RequestInfo | undefined
}

/** Begins a watch with frames of another shape than the API's. */
export type OpenWatch = Watches['send']

export interface App {
  readonly koa: Koa
  /** Ends all watches cleanly. */
  endWatches(): void
}

/** The HTTP side of the server: every request of every listener comes through here. */
export function createApp(options: AppOptions): App {
  const koa = new Koa()
  const watches = new Watches(options.backend)
  const resources = new ResourceHandler(options.backend, watches)
  const discovery = new DiscoveryHandler(options.backend.registry)
  const openapi = new OpenApiHandler(options.backend.registry, options.publishKind)
  const router = fixedPaths(options, openapi, watches)
  koa.silent = true
  koa.use(async (context, next) => {
    const call = newCall(context, options)
    context.state.call = call
    try {
      await authorize(options, call)
      const answer = await withTimeout(requestTimeout(call, options.requestTimeout), () => {
        if (call.info.isResourceRequest && !isExtension(call.info.path)) return resources.handle(call)
        if (isDiscovery(call.info.path)) return discovery.handle(call)
        return next().then(() => routed(context, call))
      })
      if (answer) await send(context, call, answer)
      else if (call.info.verb === 'watch') context.respond = false
    } catch (error) {
      if (context.res.headersSent) return
      await send(context, call, answerError(error, call, options.log))
    } finally {
      logRequest(options.log, call, context)
    }
  })
  koa.use(router.routes())
  return { koa, endWatches: () => watches.endAll() }
}

/** What a route left behind: plain objects of extensions are JSON, indented for people; nothing at all is a 404. */
function routed(context: Context, call: Call): Answer | undefined {
  const { body } = context
  if (isJsonObject(body) && Object.getPrototypeOf(body) === Object.prototype) {
    return encodeValue(body, context.status, jsonAccepted, wantsPretty(call.query, call.request.headers['user-agent']))
  }
  return context.respond === false || context.status !== 404 ? undefined : pageNotFound()
}

/** A request's facts, before anything is known of who sends it. */
interface NewCall extends Call {
  user: UserInfo
  readonly warnings: Warnings
  readonly began: number
}

function newCall({ req, res }: Context, { protobuf, equalRequest }: AppOptions): NewCall {
  const url = req.url ?? '/'
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const method = req.method ?? ''
  const warnings = new Warnings()
  const asked = req.headers['audit-id']
  res.setHeader('Audit-Id', typeof asked === 'string' && asked.length < 200 ? asked : randomUUID())
  res.setHeader('Cache-Control', 'no-cache, private')
  return {
    request: req,
    response: res,
    info: (isExtension(path) && equalRequest(method, path, query)) || parseRequestInfo(method, path, query),
    query,
    user: anonymousUser,
    protobuf,
    warnings,
    began: performance.now(),
    warn: (text) => warnings.add(text),
  }
}

async function authorize({ authenticate, authorities, authorizer }: AppOptions, call: NewCall): Promise<void> {
  const { request } = call
  const found = authenticate(readAuthenticationRequest(request, authorities()))
  const requester = found instanceof Promise ? await found : found
  const acting = actingUser(request, requester, authorizer)
  call.user = acting instanceof Promise ? await acting : acting
  const attributes = { ...call.info, user: call.user }
  const { allowed, reason } = await authorizer.authorize(attributes)
  if (!allowed) throw forbiddenError(attributes, reason)
}

function send(context: Context, call: NewCall, answer: Answer): Promise<void> | undefined {
  const warnings = call.warnings.headers
  if (warnings) context.res.setHeader('Warning', warnings)
  for (const [name, value] of Object.entries(answer.headers ?? {})) context.res.setHeader(name, value)
  context.status = answer.code
  context.res.setHeader('Content-Type', answer.type)
  const { body } = answer
  const compress = takesGzip(call.request.headers['accept-encoding'])
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) {
    context.respond = false
    context.res.statusCode = answer.code
    return writeParts(context.res, body, compress)
  }
  if (answer.gzipped) return sendUnpacked(context, Buffer.from(body), compress)
  if (compress && body.length >= compressFrom) return sendCompressed(context, body)
  if (body !== '' || answer.code !== 304) context.body = body
  return undefined
}

async function sendCompressed(context: Context, body: string | Buffer): Promise<void> {
  const compressed = await gzip(Buffer.from(body))
  context.res.setHeader('Content-Encoding', 'gzip')
  context.res.appendHeader('Vary', 'Accept-Encoding')
  context.body = compressed
}

const isExtension = (path: string) => path.startsWith('/wukong/')

async function sendUnpacked(context: Context, gzipped: Buffer, compress: boolean): Promise<void> {
  context.res.appendHeader('Vary', 'Accept-Encoding')
  if (compress) context.res.setHeader('Content-Encoding', 'gzip')
  context.body = compress ? gzipped : await gunzip(gzipped)
}

function isDiscovery(path: string): boolean {
  return path === '/api' || path === '/apis' || path.startsWith('/api/') || path.startsWith('/apis/')
}

/** Everything but resources and discovery. */
function fixedPaths(options: AppOptions, openapi: OpenApiHandler, watches: Watches): Router {
  const router = new Router()
  const get = (path: string, answer: (call: NewCall) => Answer | Promise<Answer>) => {
    router.get(path, async (context) => {
      const call = context.state.call as NewCall
      await send(context, call, await answer(call))
    })
  }
  const checked = (call: NewCall) => health(call.info.path, call.query, options.checks)
  get('/', (call) => encodeValue(rootPaths(options), 200, jsonAccepted, wantsIndent(call)))
  get('/version', (call) => encodeValue(versionDocument(options.version), 200, jsonAccepted, wantsIndent(call)))
  for (const root of ['/healthz', '/livez', '/readyz']) {
    get(root, checked)
    get(`${root}/:check`, checked)
  }
  get('/openapi/v3', () => openapi.index())
  get('/openapi/v3/*path', (call) => openapi.document(call))
  get('/openapi/v2', (call) => openapi.merged(call))
  options.mountExtensions(router, (...watch) => watches.send(...watch))
  return router
}

const wantsIndent = (call: NewCall) => call.query.get('pretty') !== 'false'

function rootPaths({ backend, checks }: AppOptions): { paths: string[] } {
  const groups = backend.registry.allGroups().filter((g) => g.name !== '')
  const apis = groups.flatMap((g) => [`/apis/${g.name}`, ...g.versions.map((v) => `/apis/${g.name}/${v}`)])
  const probes = ['/healthz', '/livez', '/readyz']
  const single = probes.flatMap((root) => checks.map(({ name }) => `${root}/${name}`))
  const fixed = ['/api', '/api/v1', '/apis', '/openapi/v3', '/version', '/wukong']
  return { paths: [...fixed, ...apis, ...probes, ...single].sort() }
}

function logRequest(log: Log, call: NewCall, context: Context): void {
  if (!log.shows(3)) return
  log.verbose(3, `${call.request.method} ${call.info.path}`, {
    status: context.res.statusCode,
    ms: Math.round(performance.now() - call.began),
    user: call.user.name,
    userAgent: call.request.headers['user-agent'],
  })
}
