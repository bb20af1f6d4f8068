import type Router from '@koa/router'
import type { OpenWatch } from '../http/app-options.js'
import type { Backend } from '../registry/backend.js'

/** What a folder of src/apiexts exports: it adds its routes, all below `/wukong/<name>/`. */
export interface ApiExtension {
  register(router: Router, context: ExtensionContext): void
}

/** What extensions work with. */
export interface ExtensionContext {
  /** Hand-edited files whose text is not served: path, reason, where (the file store's FileProblem). */
  fileProblems(): readonly object[]
  readonly backend: Backend
  /** The package's version. */
  readonly version: string
  /** Begins a watch of the caller's; the answer is the stream (`ctx.respond = false`). */
  readonly watch: OpenWatch
}
