import type Router from '@koa/router'
import type { ExtensionContext } from '../extension.js'

/** `/wukong/version`: of the server itself; `/version` says which Kubernetes it is like. */
export function register(router: Router, context: ExtensionContext): void {
  router.get('/', (ctx) => {
    ctx.body = { name: 'wukong-apiserver', version: context.version, node: process.version }
  })
}
