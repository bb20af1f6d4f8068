import type { ServerProcess } from './child.js'

/** One line of the table. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly better: 'higher' | 'lower'
  readonly note?: string
  /** The same work by the least code that can do it, measured in the same run. */
  readonly floor?: number | undefined
}

export interface Bench {
  /** Folder of the built project that is measured. */
  readonly server: string
  /** Starts the built server with the file backend; default: on a new root. */
  start(options?: { root?: string; args?: readonly string[] }): Promise<ServerProcess>
  /** Starts bench/floor-server.ts with what it is to do. */
  startFloor(...args: string[]): Promise<ServerProcess>
  /** Whether floors are measured too; a comparison of two revisions does without. */
  readonly floors: boolean
  /** Ten times as many objects, where their number is what counts. */
  readonly full: boolean
  /** How long one figure is measured. */
  readonly seconds: number
  /** A new folder on the disk that roots are on. */
  folder(): string
}

export type Scenario = (bench: Bench) => Promise<Row[]>

export const connectionCounts = [1, 16, 64] as const
