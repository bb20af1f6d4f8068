import Router from '@koa/router'
import { jsonAccepted } from './accept.js'
import type { GroupVersions } from './aggregation.js'
import type { AppOptions } from './app-options.js'
import type { Answer, Call } from './call.js'
import { groupsInOrder } from './discovery.js'
import { encodeValue } from './encode.js'
import { type HealthCheck, health } from './health.js'
import type { MetricsPage } from './metrics-page.js'
import { OpenApiHandler } from './openapi-handler.js'
import { openIdAnswer, openIdPaths } from './openid-handler.js'
import { profilingPaths } from './profiling.js'
import { versionDocument } from './version.js'

/** What the paths need beside the options. */
interface FixedPaths {
  readonly checks: readonly HealthCheck[]
  readonly metrics: MetricsPage
  send(call: Call, answer: Answer): Promise<void> | undefined
}

/** Everything but resources, discovery and what extensions serve. */
export function fixedPaths(options: AppOptions, { checks, metrics, send }: FixedPaths): Router {
  const router = new Router()
  const openapi = new OpenApiHandler(options.backend.registry, options.aggregation, options.publishKind)
  const get = (path: string, answer: (call: Call) => Answer | Promise<Answer>) => {
    router.get(path, async (context) => {
      const call = context.state.call as Call
      await send(call, await answer(call))
    })
  }
  const checked = (call: Call) => health(call.info.path, call.query, checks)
  get('/', (call) => encodeValue(rootPaths(options, checks), 200, jsonAccepted, wantsIndent(call)))
  get('/version', (call) => encodeValue(versionDocument(options.version), 200, jsonAccepted, wantsIndent(call)))
  for (const root of ['/healthz', '/livez', '/readyz']) {
    get(root, checked)
    get(`${root}/:check`, checked)
  }
  for (const path of openIdPaths) get(path, (call) => openIdAnswer(options.openId, call))
  get('/openapi/v3', () => openapi.index())
  get('/openapi/v3/*path', (call) => openapi.document(call))
  get('/openapi/v2', (call) => openapi.merged(call))
  get('/metrics', () => metrics.answer())
  if (options.profiling) for (const [path, answer] of profilingPaths) get(path, answer)
  return router
}

const wantsIndent = (call: Call) => call.query.get('pretty') !== 'false'

/** `/` (API-SEMANTICS D63). */
function rootPaths(
  { backend, aggregation, profiling }: AppOptions,
  checks: readonly HealthCheck[],
): { paths: string[] } {
  const all = groupsInOrder({ registry: backend.registry, aggregation })
  const groups = all.filter((g) => g.name !== '')
  const apis = groups.flatMap((g) => [`/apis/${g.name}`, ...g.versions.map((v) => `/apis/${g.name}/${v}`)])
  const probes = ['/healthz', '/livez', '/readyz']
  const single = probes.flatMap((root) => checks.map(({ name }) => `${root}/${name}`))
  const documents = ['/openapi/v2', '/openapi/v3', ...all.flatMap(openApiPaths)]
  const fixed = ['/api', '/api/v1', '/apis', '/apis/', '/metrics', '/version', '/wukong', ...openIdPaths]
  const debug = profiling ? [...profilingPaths.keys()] : []
  return { paths: [...fixed, ...apis, ...documents, ...probes, ...single, ...debug].sort() }
}

function openApiPaths({ name, versions }: GroupVersions): string[] {
  return versions.map((version) => `/openapi/v3/${name === '' ? 'api' : `apis/${name}`}/${version}`)
}
