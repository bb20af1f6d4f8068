import type Router from '@koa/router'

/** What a folder of src/apiexts exports: it adds its routes, all below `/wukong/<name>/`. */
export interface ApiExtension {
  register(router: Router, context: ExtensionContext): void
}

/** What extensions work with. */
export interface ExtensionContext {
  /** Hand-edited files whose text is not served: path, reason, where (the file store's FileProblem). */
  fileProblems(): readonly object[]
}
