import Router from '@koa/router'
import * as docs from './docs/index.js'
import type { ApiExtension, ExtensionContext } from './extension.js'
import * as files from './files/index.js'
import * as openapi from './openapi/index.js'
import { createProxy } from './proxy.js'
import * as r from './r/index.js'
import * as token from './token/index.js'
import * as version from './version/index.js'

/** Every extension, by the name it is served under. */
const extensions: Readonly<Record<string, ApiExtension>> = { docs, files, 'openapi.json': openapi, r, token, version }

/** Mounts `/wukong`: the extensions, a list of them, and the proxy for names that are none of them. */
export function mountExtensions(
  router: Router,
  context: ExtensionContext,
  proxyTo: URL | undefined,
  timeout: number,
): void {
  const names = Object.keys(extensions).sort()
  router.get(['/wukong', '/wukong/'], (ctx) => {
    ctx.body = { extensions: names.map((name) => ({ name, path: `/wukong/${name}/` })), proxied: proxyTo?.origin }
  })
  for (const [name, extension] of Object.entries(extensions)) {
    const own = new Router({ prefix: `/wukong/${name}` })
    extension.register(own, context)
    router.use(own.routes())
  }
  if (!proxyTo) return
  const proxy = createProxy(proxyTo, timeout)
  router.all('/wukong/:name{/*rest}', async (ctx, next) => {
    if (Object.hasOwn(extensions, String(ctx.params.name))) return next()
    ctx.respond = false
    await proxy(ctx.req, ctx.res, ctx.url)
  })
}
