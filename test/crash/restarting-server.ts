import { setTimeout as pause } from 'node:timers/promises'
import type { HttpClient } from '../support/http.js'
import { startAgain, startServer, type TestServer } from '../support/server.js'

/** Where requests go, and when it is certain that those without an answer have no effect any more. */
export interface Target {
  readonly api: HttpClient
  over(): Promise<unknown>
}

/** The store could not be reached: what was asked for may have been done or not. */
export const isLost = ({ status }: { readonly status: number }) => status === 503 || status === 504

/** A server that is killed and started again on the same root while clients use it. */
export class RestartingServer {
  private next: Promise<TestServer>

  private constructor(
    first: TestServer,
    private readonly args: readonly string[],
    private readonly afterlife: number,
  ) {
    this.next = Promise.resolve(first)
  }

  /** `afterlife`: how long what it has begun may still take effect when it is dead, in milliseconds. */
  static async start(args: readonly string[] = [], afterlife = 0): Promise<RestartingServer> {
    return new RestartingServer(await startServer({ args }), args, afterlife)
  }

  /** The one that runs; while none does, the one that will. */
  get current(): Promise<TestServer> {
    return this.next
  }

  /** What clients know of it. */
  readonly target = async (): Promise<Target> => {
    const { api, exited } = await this.next
    return { api, over: () => exited.then(() => pause(this.afterlife)) }
  }

  async killAndRestart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const old = await this.next
    this.next = old.kill().then(() => startAgain(old, { args: this.args, env }))
    await this.next
  }

  /** Kills it `times` times while `work` goes on, when a part of the work is done each time. */
  killDuring(work: Promise<unknown>, times: number, done: () => number): Promise<void> {
    return disturbed(work, times, done, () => this.killAndRestart())
  }

  async stop(): Promise<void> {
    await (await this.next).stop()
  }
}

/** Calls `disturb` `times` times while `work` goes on, when a part of the work is done each time. */
export async function disturbed(
  work: Promise<unknown>,
  times: number,
  done: () => number,
  disturb: (time: number) => Promise<void>,
): Promise<void> {
  let over = false
  const end = work.finally(() => {
    over = true
  })
  end.catch(() => {})
  for (let n = 1; n <= times; n++) {
    while (!over && done() < n / (times + 1)) await pause(5)
    if (!over) await disturb(n)
  }
  await end
}
