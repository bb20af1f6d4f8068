import Router from '@koa/router'
import type { Call } from '../http/call.js'
import * as docs from './docs/index.js'
import type { ApiExtension, ExtensionContext } from './extension.js'
import * as files from './files/index.js'
import type { ExtensionCall } from './modules/served-extension.js'
import * as openapi from './openapi/index.js'
import { createProxy } from './proxy.js'
import * as r from './r/index.js'
import * as token from './token/index.js'
import * as version from './version/index.js'

/** Every extension, by the name it is served under. */
const extensions: Readonly<Record<string, ApiExtension>> = { docs, files, 'openapi.json': openapi, r, token, version }

/** What is mounted beside the server's own extensions. */
interface Mounted {
  readonly modules: ModuleExtensions
  /** Where unknown names are passed on to, and how long an answer may take to begin, in milliseconds. */
  readonly proxyTo: URL | undefined
  readonly timeout: number
}

/** Extensions of modules; `handle` answers by itself, or throws before anything is sent. */
interface ModuleExtensions {
  readonly names: readonly string[]
  handle(name: string, call: Omit<ExtensionCall, 'client'>): Promise<void>
}

/** Whether `/wukong/<name>` is the server's own. */
export const isOwnExtension = (name: string) => Object.hasOwn(extensions, name)

/** Mounts `/wukong`: the extensions, a list of them, and the proxy for names that are none of them. */
export function mountExtensions(
  router: Router,
  context: ExtensionContext,
  { modules, proxyTo, timeout }: Mounted,
): void {
  const names = [...Object.keys(extensions), ...modules.names].sort()
  router.get(['/wukong', '/wukong/'], (ctx) => {
    ctx.body = { extensions: names.map((name) => ({ name, path: `/wukong/${name}/` })), proxied: proxyTo?.origin }
  })
  for (const [name, extension] of Object.entries(extensions)) {
    const own = new Router({ prefix: `/wukong/${name}` })
    extension.register(own, context)
    router.use(own.routes())
  }
  for (const name of modules.names) mountModule(router, name, modules)
  if (!proxyTo) return
  const proxy = createProxy(proxyTo, timeout)
  router.all('/wukong/:name{/*rest}', async (ctx, next) => {
    if (names.includes(String(ctx.params.name))) return next()
    ctx.respond = false
    await proxy(ctx.req, ctx.res, ctx.url)
  })
}

function mountModule(router: Router, name: string, modules: ModuleExtensions): void {
  const root = `/wukong/${name}`
  router.all([root, `${root}{/*rest}`], async (ctx) => {
    const { request, response, query, user, info } = ctx.state.call as Call
    await modules.handle(name, { request, response, path: info.path.slice(root.length), query, user })
    ctx.respond = false
  })
}
