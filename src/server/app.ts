import { mountExtensions } from '../apiexts/mount.js'
import { kindType } from '../apis/facts/kind-types.js'
import { createAuthenticator } from '../auth/authentication.js'
import { createAuthorizer } from '../auth/authorizers.js'
import { readTokenFile } from '../auth/token-file.js'
import { type App, createApp } from '../http/app.js'
import type { HealthCheck } from '../http/health.js'
import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import type { OpenStore } from './stores.js'

/** The HTTP side: who may call, what is asked for the server's health, what is mounted below `/wukong`. */
export async function newApp(options: ServerOptions, backend: Backend, { files, etcd }: OpenStore): Promise<App> {
  const { tokenAuthFile, authorizationMode, authnAllowLocalhost, log } = options
  const tokens = tokenAuthFile ? [await readTokenFile(tokenAuthFile, log)] : []
  if (!tokenAuthFile) log.info('no token file: client certificates and, if allowed, this machine are let in')
  const checks: HealthCheck[] = [
    { name: 'ping', check: () => undefined },
    etcd
      ? { name: 'etcd', check: () => etcd.health(), readinessOnly: true }
      : { name: 'store', check: () => files?.health() },
    { name: 'watch-cache', check: () => backend.cache.health() },
  ]
  return createApp({
    backend,
    authenticate: createAuthenticator({ tokens, allowLocalhost: authnAllowLocalhost, now: Date.now }),
    authorizer: createAuthorizer(authorizationMode),
    checks,
    requestTimeout: options.requestTimeout,
    version: options.version,
    protobuf: kindType,
    log,
    mountExtensions: (router) =>
      mountExtensions(
        router,
        { fileProblems: () => files?.problems() ?? [] },
        options.apiextUrl,
        options.requestTimeout,
      ),
  })
}
