import { parentPort, workerData } from 'node:worker_threads'
import { realDisk } from './disk.js'
import { InlineFileWork } from './file-work.js'
import type { WorkRequest } from './threaded-file-work.js'

/** What the thread runs: takes requests in turn and answers each, or says why it could not. */
const { root } = workerData as { root: string }
const work = new InlineFileWork(realDisk, root)

parentPort?.on('message', async ({ id, method, tasks }: WorkRequest) => {
  try {
    // The requests of one method have the tasks of that method.
    const run = work[method] as (tasks: readonly unknown[]) => Promise<unknown>
    parentPort?.postMessage({ id, results: await run.call(work, tasks.map(withBuffer)) })
  } catch (error) {
    parentPort?.postMessage({ id, failure: error instanceof Error ? error.message : String(error) })
  }
})

/** Bytes arrive as plain arrays of bytes. */
function withBuffer(task: unknown): unknown {
  if (typeof task !== 'object' || task === null || !('json' in task) || !(task.json instanceof Uint8Array)) return task
  const { json } = task
  return { ...task, json: Buffer.from(json.buffer, json.byteOffset, json.byteLength) }
}
