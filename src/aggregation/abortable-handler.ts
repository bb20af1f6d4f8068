import type { Dispatcher } from 'undici'

/** What undici tells of a request that may be given up at any time: also before undici has begun with it. */
export class AbortableHandler {
  #aborted: Error | undefined
  #controller: Dispatcher.DispatchController | undefined

  /** Nothing more of it is wanted; nothing happens when it is whole. */
  abort(reason: Error): void {
    this.#aborted ??= reason
    this.#controller?.abort(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#aborted) controller.abort(this.#aborted)
  }
}
