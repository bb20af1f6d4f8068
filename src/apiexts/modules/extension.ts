import type { PlainLog } from '../../meta/log.js'
import type { KubeObject } from '../../meta/object.js'
import type { UserInfo } from '../../meta/user.js'
import type { ResourceClient, ResourceRef } from '../../reconcile/resource-client.js'
import type { StreamedAnswer } from '../../registry/streamed-answer.js'

/** What a module given to `--apiexts` exports as `default`: a web API of its own below `/wukong/<name>/`. */
export interface Extension {
  /** A segment of paths: lower case letters, digits and dashes. */
  readonly name: string
  /** Adds the extension's routes; called once, before anything is served. */
  register(router: ExtensionRouter, context: ExtensionContext): void | Promise<void>
}

/** Paths are below `/wukong/<name>`; `:name` is a parameter, `*rest` the segments that are left (path-to-regexp). */
export type ExtensionRouter = Readonly<
  Record<'get' | 'post' | 'put' | 'patch' | 'delete', (path: string, handler: ExtensionHandler) => void>
>

/**
 * Answers one request. A text is sent as it is, an object as JSON, a stream as it comes; nothing is 204. A StatusError that
 * is thrown becomes a problem document (RFC 9457) with its code, anything else one with 500.
 */
export type ExtensionHandler = (request: ExtensionRequest) => ExtensionAnswer | Promise<ExtensionAnswer>

/** A text or a stream as it is, an object as JSON, nothing as 204. */
// biome-ignore lint/suspicious/noConfusingVoidType: handlers that only do something end without a word.
export type ExtensionAnswer = string | object | StreamedAnswer | undefined | void

/** What extensions work with beside requests. */
export interface ExtensionContext {
  /** Requests of a kind as whoever runs the extension: the server itself, or the user of the kubeconfig. */
  resources<T extends KubeObject = KubeObject>(ref: ResourceRef): ResourceClient<T>
  readonly log: PlainLog
  /** Aborts when the process stops. */
  readonly signal: AbortSignal
}

/** One request to a web API below `/wukong/<name>`. */
export interface ExtensionRequest {
  readonly method: string
  /** Decoded; of `*rest` the segments. */
  readonly params: Readonly<Record<string, string | string[]>>
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** JSON and YAML as what they say, all else as its bytes; undefined when there is none. 3 MiB at most. */
  readonly body: unknown
  /** Who is calling. */
  readonly user: UserInfo
  /** Requests of a kind as who is calling: they may do what they may do. */
  resources<T extends KubeObject = KubeObject>(ref: ResourceRef): ResourceClient<T>
  /** Aborts when the caller has gone, or the process stops. */
  readonly signal: AbortSignal
}

/** Types an extension; adds nothing. */
export function defineExtension(extension: Extension): Extension {
  return extension
}
