import { mountExtensions } from '../apiexts/mount.js'
import { equalRequest } from '../apiexts/r/equal-request.js'
import { kindType } from '../apis/facts/kind-types.js'
import { publishKind } from '../apis/facts/openapi-types.js'
import { type App, createApp } from '../http/app.js'
import type { AppOptions } from '../http/app-options.js'
import type { HealthCheck } from '../http/health.js'
import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import type { Access } from './access.js'
import type { Extensions } from './extensions.js'
import type { OpenStore } from './stores.js'
import { noAuthorities, type ServerTls } from './tls.js'

/** The HTTP side: what is asked for the server's health, what is mounted below `/wukong`. */
export function newApp(
  options: ServerOptions,
  backend: Backend,
  access: Access & Pick<AppOptions, 'aggregation'> & { readonly tls: ServerTls | undefined },
  modules: Extensions,
  { files, etcd }: OpenStore,
): App {
  const checks: HealthCheck[] = [
    { name: 'ping', check: () => undefined },
    etcd
      ? { name: 'etcd', check: () => etcd.health(), readinessOnly: true }
      : { name: 'store', check: () => files?.health() },
    { name: 'watch-cache', check: () => backend.cache.health() },
  ]
  return createApp({
    backend,
    ...access,
    authorities: () => access.tls?.authorities ?? noAuthorities,
    checks,
    requestTimeout: options.requestTimeout,
    version: options.version,
    protobuf: kindType,
    publishKind,
    inflight: {
      readOnly: options.maxRequestsInflight,
      mutating: options.maxMutatingRequestsInflight,
      watchesPerUser: options.maxWatchesPerUser,
    },
    profiling: options.profiling,
    log: options.log,
    equalRequest: (method, path, query) => equalRequest(backend.registry, method, path, query),
    mountExtensions: (router, watch) => {
      const fileProblems = () => files?.problems() ?? []
      const context = { backend, fileProblems, watch, version: options.version, issueToken: access.issueToken }
      const elsewhere = { modules, proxyTo: options.apiextUrl, timeout: options.requestTimeout }
      mountExtensions(router, context, elsewhere)
    },
  })
}
