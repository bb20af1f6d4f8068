import { type Disk, realDisk } from '../../src/store/file/disk.js'

/** A method of the disk, and what its path must contain to fail. */
export interface Fault {
  readonly methods: readonly (keyof Disk)[]
  readonly code: string
  readonly where?: string
}

/** The real disk, but what `fail` names fails until `mend`. It keeps a log of what is done to files that are open. */
export class FailingDisk {
  readonly disk: Disk
  /** `<method> <path>` of every operation on an open file, failed ones with an exclamation mark. */
  readonly log: string[] = []
  #fault: Fault | undefined
  readonly #paths = new Map<number, string>()

  constructor() {
    this.disk = Object.fromEntries(
      Object.entries(realDisk).map(([name, method]) => [name, this.#wrapped(name as keyof Disk, method)]),
    ) as unknown as Disk
  }

  fail(fault: Fault): void {
    this.#fault = fault
  }

  mend(): void {
    this.#fault = undefined
  }

  #wrapped(name: keyof Disk, method: (...args: never[]) => unknown) {
    return (...args: never[]): unknown => {
      const target: unknown = args[0]
      const path = typeof target === 'number' ? (this.#paths.get(target) ?? '') : String(target)
      const fault = this.#fault
      const fails = fault?.methods.includes(name) && path.includes(fault.where ?? '')
      if (typeof target === 'number') this.log.push(`${fails ? '!' : ''}${name} ${path}`)
      if (fails) {
        const error = Object.assign(new Error(`${fault?.code}: ${name} ${path}`), { code: fault?.code })
        if (['write', 'writeDurably'].includes(name) || name.startsWith('sync')) return Promise.reject(error)
        throw error
      }
      const result = method(...args)
      if (name === 'open' && typeof result === 'number') this.#paths.set(result, path)
      return result
    }
  }
}
