import type Router from '@koa/router'
import type { OpenWatch } from '../http/app-options.js'
import type { UserInfo } from '../meta/user.js'
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
  /**
   * A token that is `user` for so many milliseconds; undefined: as long as may be.
   * @throws StatusError Forbidden for a user who has such a token only, BadRequest for longer than may be
   */
  issueToken(user: UserInfo, duration: number | undefined): Promise<{ token: string; expires: Date }>
}
