import type Router from '@koa/router'
import type { ExtensionContext } from '../extension.js'

/** `/wukong/files`: hand-edited files that could not be taken, with the reason, until they are right. */
export function register(router: Router, context: ExtensionContext): void {
  router.get('/', (ctx) => {
    ctx.body = { files: context.fileProblems() }
  })
}
