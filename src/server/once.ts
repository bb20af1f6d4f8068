import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { ControllerContext } from '../controllers/controller.js'

/** Begins some work; answers with what ends it. */
export type Begin = () => Promise<() => Promise<void>>

/**
 * Work that only one of all servers over a store may do. Over a store of this server's own it begins at once; over a shared
 * one when this server holds the Lease, in the same order, and it ends when the Lease is lost.
 */
export class OnceForAll {
  readonly #waiting: Begin[] = []

  constructor(
    private readonly isShared: boolean,
    private readonly undo: (() => Promise<void>)[],
  ) {}

  async start(begin: Begin): Promise<void> {
    if (this.isShared) this.#waiting.push(begin)
    else this.undo.push(await begin())
  }

  /** To be called when all work has been named. */
  async standForLease(context: ControllerContext): Promise<void> {
    if (!this.isShared) return
    const { workUnderLease } = await import('../controllers/leadership.js')
    const identity = `${hostname()}_${randomUUID()}`
    this.undo.push(await workUnderLease(context, identity, () => beginAll(this.#waiting)))
  }
}

/** Begins each in order. Answers with what ends them all, the last one first. */
export async function beginAll(parts: readonly Begin[]): Promise<() => Promise<void>> {
  const stops: (() => Promise<void>)[] = []
  for (const begin of parts) stops.push(await begin())
  return async () => {
    for (const stop of stops.reverse()) await stop()
  }
}
