import { setTimeout as pause } from 'node:timers/promises'
import { startServer, type TestServer } from '../support/server.js'

/** A server that is killed and started again on the same root while clients use it. */
export class RestartingServer {
  private next: Promise<TestServer>

  private constructor(
    first: TestServer,
    private readonly args: readonly string[],
  ) {
    this.next = Promise.resolve(first)
  }

  static async start(args: readonly string[] = []): Promise<RestartingServer> {
    return new RestartingServer(await startServer({ args }), args)
  }

  /** The one that runs; while none does, the one that will. */
  get current(): Promise<TestServer> {
    return this.next
  }

  async killAndRestart(env: Readonly<Record<string, string>> = {}): Promise<void> {
    const old = await this.next
    this.next = old.kill().then(() => startServer({ root: old.root, args: this.args, env }))
    await this.next
  }

  /** Kills it `times` times while `work` goes on, when a part of the work is done each time. */
  async killDuring(work: Promise<unknown>, times: number, done: () => number): Promise<void> {
    let over = false
    const end = work.finally(() => {
      over = true
    })
    end.catch(() => {})
    for (let n = 1; n <= times; n++) {
      while (!over && done() < n / (times + 1)) await pause(5)
      if (!over) await this.killAndRestart()
    }
    await end
  }

  async stop(): Promise<void> {
    await (await this.next).stop()
  }
}
