import { Worker } from 'node:worker_threads'
import type { FileWork, Placed, PlaceTask, Prepared, PrepareTask, Rechecked, SetAside } from './file-work.js'

export interface WorkRequest {
  readonly id: number
  readonly method: 'prepare' | 'place' | 'recheck' | 'discard'
  readonly tasks: readonly unknown[]
}

interface WorkAnswer {
  readonly id: number
  readonly results?: unknown[]
  readonly failure?: string
}

interface Waiting {
  resolve(results: unknown[]): void
  reject(error: Error): void
}

/** A thread that nothing was asked of for so long is ended: it holds some 15 MB. Milliseconds. */
const longestIdle = 5_000

/** YAML text and file writing in a thread of their own, begun with the first file and whenever there is one again. */
export class ThreadedFileWork implements FileWork {
  #worker: Worker | undefined
  readonly #waiting = new Map<number, Waiting>()
  #lastId = 0
  #idle: NodeJS.Timeout | undefined

  constructor(private readonly root: string) {}

  /** Whether there is compiled code that a thread can run. */
  static isAvailable(): boolean {
    return import.meta.url.endsWith('.js')
  }

  async prepare(tasks: readonly PrepareTask[]): Promise<Prepared[]> {
    // Copied out of what may be a much larger piece of memory, which would travel whole.
    const own = tasks.map((task) => ({ ...task, json: new Uint8Array(task.json) }))
    const bytes = own.map((task) => task.json.buffer)
    return (await this.#ask('prepare', own, bytes)) as Prepared[]
  }

  async place(tasks: readonly PlaceTask[]): Promise<Placed[]> {
    return (await this.#ask('place', tasks)) as Placed[]
  }

  async recheck(tasks: readonly SetAside[]): Promise<Rechecked[]> {
    const found = (await this.#ask('recheck', tasks)) as Rechecked[]
    return found.map((edit) => edit && { content: Buffer.from(edit.content) })
  }

  async discard(orders: readonly number[]): Promise<void> {
    await this.#ask('discard', orders)
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle)
    await this.#end()
  }

  async #end(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    await worker?.terminate()
  }

  #ask(method: WorkRequest['method'], tasks: readonly unknown[], bytes: ArrayBuffer[] = []): Promise<unknown[]> {
    const id = ++this.#lastId
    clearTimeout(this.#idle)
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      const request: WorkRequest = { id, method, tasks }
      this.#thread().postMessage(request, bytes)
    })
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./file-work-thread.js', import.meta.url), { workerData: { root: this.root } })
    worker.unref()
    worker.on('message', ({ id, results, failure }: WorkAnswer) => {
      const waiting = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (results) waiting?.resolve(results)
      else waiting?.reject(new Error(failure ?? 'no results'))
      if (this.#waiting.size === 0) this.#idle = setTimeout(() => void this.#end(), longestIdle).unref()
    })
    worker.on('error', (error) => this.#lose(worker, error))
    worker.on('exit', () => this.#lose(worker, new Error('the thread that writes files has ended')))
    this.#worker = worker
    return worker
  }

  /** Whoever waits tries again, with a new thread. */
  #lose(worker: Worker, error: Error): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
  }
}
