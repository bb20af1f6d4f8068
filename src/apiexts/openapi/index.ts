import type Router from '@koa/router'
import type { ExtensionContext } from '../extension.js'
import { conciseDocument } from './document.js'

/** `/wukong/openapi.json`: OpenAPI 3.1 of the concise API, made when it is asked for. */
export function register(router: Router, { backend, version }: ExtensionContext): void {
  router.get('/', (ctx) => {
    ctx.body = conciseDocument(backend.registry, version)
  })
}
