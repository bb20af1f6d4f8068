import type { Log } from '../../meta/log.js'
import type { FileProblem } from '../file-change.js'

interface Problem {
  readonly print: string
  report: FileProblem
}

/** Files whose text is not served, each logged once per content. */
export class Problems {
  readonly #byPath = new Map<string, Problem>()
  #told: (problem: FileProblem) => void = () => {}

  constructor(private readonly log: Log) {}

  /** Tells `listener` of all there are, and of each new one as it is logged. */
  follow(listener: (problem: FileProblem) => void): void {
    for (const problem of this.list()) listener(problem)
    this.#told = listener
  }

  list(): FileProblem[] {
    return [...this.#byPath.values()].map((p) => p.report).sort((a, b) => (a.path < b.path ? -1 : 1))
  }

  /** What was seen there when it was found wanting. */
  printAt(path: string): string | undefined {
    return this.#byPath.get(path)?.print
  }

  /** `print` stands for what was seen there. */
  report(path: string, print: string, found: Pick<FileProblem, 'outcome' | 'reason' | 'line'>): void {
    const old = this.#byPath.get(path)
    const same = old?.print === print && old.report.reason === found.reason
    const since = old?.print === print ? old.report.since : `${new Date().toISOString().slice(0, 19)}Z`
    const report = { path, ...found, since, serverAhead: old?.print === print && old.report.serverAhead }
    this.#byPath.set(path, { print, report })
    if (same) return
    this.#told(report)
    const { line, reason } = found
    this.log.warn(found.outcome === 'waiting' ? 'file is waiting' : 'file refused', {
      path,
      ...(line === undefined ? {} : { line }),
      reason,
    })
  }

  clear(path: string): boolean {
    return this.#byPath.delete(path)
  }

  /** The object was written while its file is not right. */
  serverMovedOn(path: string): void {
    const problem = this.#byPath.get(path)
    if (problem && !problem.report.serverAhead) problem.report = { ...problem.report, serverAhead: true }
  }

  waiting(): string[] {
    return [...this.#byPath].filter(([, p]) => p.report.outcome === 'waiting').map(([path]) => path)
  }
}
