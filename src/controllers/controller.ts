import type { Log } from '../meta/log.js'
import type { OwnerReference } from '../meta/object.js'
import type { Backend, Caller } from '../registry/backend.js'

/** What a controller works with. Everything it does goes through the verbs of the registry, as a client's requests do. */
export interface ControllerContext {
  readonly backend: Backend
  /** The server itself, as a caller of verbs. */
  readonly caller: Caller
  readonly log: Log
  /** Files were changed by hand and are not taken in yet: what seems absent may only be unread (STORE.md 23). */
  hasUnreadFiles(): boolean
  /** There is a file for the object at this key whose text is not served: it may be meant to be there. */
  isRefused(key: string): boolean
  /** The uid of the object that took the place of an owner: that of a file which had the owner's uid. */
  successorOf(owner: OwnerReference): string | undefined
  /** What the server's certificate is checked with, PEM; empty when there is no HTTPS. */
  rootCa(): Promise<string>
}

/** Keeps a promise of the API that no single request can keep. */
export interface Controller {
  /**
   * Begins to watch and to work; what happens later it does by itself, again after a failure, and never throws.
   * Answers with what ends it: resolves when nothing is under way any more.
   */
  start(context: ControllerContext): Promise<() => Promise<void>>
}
