import { randomUUID } from 'node:crypto'
import Koa, { type Context } from 'koa'
import { readAuthenticationRequest } from '../auth/authentication-request.js'
import { forbiddenError } from '../auth/forbidden.js'
import { actingUser } from '../auth/impersonation.js'
import { checkKubectl } from '../auth/kubectl-control.js'
import type { Log } from '../meta/log.js'
import { isJsonObject } from '../meta/object.js'
import { parseRequestInfo, pathSegments } from '../meta/request-info.js'
import { errors, StatusError } from '../meta/status.js'
import { anonymousUser, type UserInfo } from '../meta/user.js'
import { jsonAccepted } from './accept.js'
import type { RemoteGroupVersion } from './aggregation.js'
import type { AppOptions } from './app-options.js'
import { auditRefusal, beginAudit, type HttpAudit } from './audit.js'
import type { Answer, Call } from './call.js'
import { DiscoveryHandler } from './discovery-handler.js'
import { encodeValue, wantsPretty } from './encode.js'
import { answerError } from './error-answer.js'
import { fixedPaths } from './fixed-paths.js'
import { asksGroupHealth, type HealthCheck, health } from './health.js'
import { InflightLimits } from './inflight-limits.js'
import { stateMetrics } from './metrics.js'
import { MetricsPage } from './metrics-page.js'
import { pageNotFound, plainText } from './plain-text.js'
import { RequestMetrics } from './request-metrics.js'
import { readTarget } from './request-target.js'
import { requestTimeout, withTimeout } from './request-timeout.js'
import { ResourceHandler } from './resource-handler.js'
import { send } from './send.js'
import { Streams } from './streams.js'
import { upgradeOf } from './upgrade.js'
import { Warnings } from './warnings.js'
import { Watches } from './watches.js'

export interface App {
  readonly koa: Koa
  /** Ends all watches and other streams cleanly. */
  endWatches(): void
}

/** The HTTP side of the server: every request of every listener comes through here. */
export function createApp(options: AppOptions): App {
  const koa = new Koa()
  let closing = false
  const checks = [...options.checks, shutdownCheck(() => closing)]
  const watches = new Watches(options.backend)
  const streams = new Streams(options.log)
  const resources = new ResourceHandler(options.backend, watches, streams)
  const discovery = new DiscoveryHandler({ registry: options.backend.registry, aggregation: options.aggregation })
  const limits = new InflightLimits(options.inflight)
  const requests = new RequestMetrics(options.backend.registry)
  const metrics = new MetricsPage([...requests.metrics, ...limits.metrics, ...stateMetrics(options.backend, watches)])
  const answered = (call: Call, answer: Answer) => {
    const { context, warnings, audit } = call as NewCall
    audit?.answered(answer)
    return send(context, answer, warnings.headers)
  }
  const router = fixedPaths(options, { checks, metrics, send: answered })
  options.mountExtensions(router, (...watch) => watches.send(...watch))
  koa.silent = true
  koa.use(async (context, next) => {
    const wrong = readTarget(context.req)
    if (wrong !== undefined) {
      context.set('Connection', 'close')
      return send(context, plainText(400, wrong), [])
    }
    const call = newCall(context, options)
    context.state.call = call
    try {
      await authorize(options, call)
      context.res.once('close', limits.enter(call.info, call.user))
      const remote = remoteOf(options, call)
      if (remote) {
        // Another protocol is spoken for as long as both sides like.
        const timeout = upgradeOf(call.request) ? undefined : requestTimeout(call, options.requestTimeout)
        await remote.pass({ ...call, timeout })
        context.respond = false
        return followStream(call)
      }
      const answer = await withTimeout(requestTimeout(call, options.requestTimeout), () => {
        if (asksGroupHealth(call, options.backend.registry)) return health('/healthz', call.query, checks)
        if (call.info.isResourceRequest && !isExtension(call.info.path)) return resources.handle(call)
        if (isDiscovery(call.info.path)) return discovery.handle(call)
        return next().then(() => routed(context, call))
      })
      if (answer) await answered(call, answer)
      else if (isStream(call)) context.respond = false
      if (!answer && context.respond === false) followStream(call)
    } catch (error) {
      if (context.res.headersSent) return
      await answered(call, answerError(error, call, options.log))
    } finally {
      if (context.respond !== false) call.audit?.trail.completed(context.res.statusCode, () => undefined)
      const seconds = (performance.now() - call.began) / 1000
      requests.count(call.info, context.method, call.query.get('dryRun'), context.res.statusCode, seconds)
      logRequest(options.log, call, context.res.statusCode, seconds)
    }
  })
  koa.use(router.routes())
  return {
    koa,
    endWatches() {
      closing = true
      watches.endAll()
      options.aggregation.endStreams()
      streams.endAll()
    },
  }
}

/** Who sends traffic learns first that this server will be gone (API-SEMANTICS A73). */
function shutdownCheck(closing: () => boolean): HealthCheck {
  return { name: 'shutdown', readinessOnly: true, check: () => (closing() ? 'the server shuts down' : undefined) }
}

/** What a route left behind: plain objects of extensions are JSON, indented for people; nothing at all is a 404. */
function routed(context: Context, call: Call): Answer | undefined {
  const { body } = context
  if (isJsonObject(body) && Object.getPrototypeOf(body) === Object.prototype) {
    return encodeValue(body, context.status, jsonAccepted, wantsPretty(call.query, call.request.headers['user-agent']))
  }
  // A route may have found nothing itself.
  if (context.respond === false || context.status !== 404 || (body !== undefined && body !== null)) return undefined
  const { matched = [] } = context as { matched?: readonly { readonly methods: readonly string[] }[] }
  if (matched.some(({ methods }) => methods.length > 0)) throw errors.methodNotAllowed()
  return pageNotFound()
}

/** A request's facts, before anything is known of who sends it. */
interface NewCall extends Call {
  user: UserInfo
  audit: HttpAudit | undefined
  readonly context: Context
  readonly warnings: Warnings
  readonly began: number
}

function newCall(context: Context, { protobuf, equalRequest }: AppOptions): NewCall {
  const { req, res } = context
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
    context,
    request: req,
    response: res,
    info: (isExtension(path) && equalRequest(method, path, query)) || parseRequestInfo(method, path, query),
    query,
    user: anonymousUser,
    audit: undefined,
    protobuf,
    warnings,
    began: performance.now(),
    warn: (text) => warnings.add(text),
    note(...note) {
      this.audit?.trail.note(...note)
    },
  }
}

async function authorize(options: AppOptions, call: NewCall): Promise<void> {
  const { authorizer, kubectl, auditor } = options
  const { request } = call
  const found = authenticated(options, call)
  const requester = found instanceof Promise ? await found : found
  if (auditor) call.audit = beginAudit(auditor, call, requester)
  checkKubectl(kubectl, request.headers['user-agent'], requester)
  const acting = actingUser(request, requester, authorizer)
  call.user = acting instanceof Promise ? await acting : acting
  if (call.user !== requester) call.audit?.trail.impersonated(call.user)
  const attributes = { ...call.info, user: call.user }
  const decision = await authorizer.authorize(attributes)
  call.audit?.trail.decided(decision)
  if (!decision.allowed) throw forbiddenError(attributes, decision.reason)
}

function authenticated({ authenticate, authorities, auditor }: AppOptions, call: NewCall) {
  const refused = (error: unknown) => {
    if (auditor && error instanceof StatusError) auditRefusal(auditor, call, error)
    throw error
  }
  try {
    const found = authenticate(readAuthenticationRequest(call.request, authorities()))
    return found instanceof Promise ? found.catch(refused) : found
  } catch (error) {
    return refused(error)
  }
}

/** A watch, or what an extension passes on: it has begun, and ends when it is closed. */
function followStream({ audit, context: { res } }: NewCall): void {
  if (!audit) return
  audit.trail.started(res.statusCode)
  res.once('close', () => audit.trail.completed(res.statusCode, () => undefined))
}

/** What has begun without an answer goes on by itself: a watch, or what a group's own code streams. */
function isStream({ info }: Call): boolean {
  return info.verb === 'watch' || (info.isResourceRequest && !isExtension(info.path))
}

/** Who else serves the group version that a path lies in, discovery of it included. */
function remoteOf({ aggregation }: AppOptions, { info }: Call): RemoteGroupVersion | undefined {
  if (!info.path.startsWith('/apis/')) return undefined
  if (info.isResourceRequest) return aggregation.remote(info.group, info.version)
  const [, group, version] = pathSegments(info.path) ?? []
  return group === undefined || version === undefined ? undefined : aggregation.remote(group, version)
}

const isExtension = (path: string) => path.startsWith('/wukong/')

function isDiscovery(path: string): boolean {
  return path === '/api' || path === '/apis' || path.startsWith('/api/') || path.startsWith('/apis/')
}

function logRequest(log: Log, call: NewCall, status: number, seconds: number): void {
  if (!log.shows(3)) return
  log.verbose(3, `${call.request.method} ${call.info.path}`, {
    status,
    ms: Math.round(seconds * 1000),
    user: call.user.name,
    userAgent: call.request.headers['user-agent'],
  })
}
