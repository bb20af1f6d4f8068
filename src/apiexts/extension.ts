import type Router from '@koa/router'
import type { FileProblem } from '../registry/file-problem.js'

/** What a folder of src/apiexts exports: it adds its routes, all below `/wukong/<name>/`. */
export interface ApiExtension {
  register(router: Router, context: ExtensionContext): void
}

/** What extensions work with. */
export interface ExtensionContext {
  /** Files by hand whose text is not served. */
  fileProblems(): FileProblem[]
}
