/** Lets so many in at once; who comes later waits, in order. */
export class InFlight {
  #count = 0
  readonly #waiting: (() => void)[] = []

  constructor(private readonly most: number) {}

  /** Undefined: in already. Each who is in calls `leave` once. */
  enter(): Promise<void> | undefined {
    if (this.#count >= this.most) return new Promise((resolve) => this.#waiting.push(resolve))
    this.#count++
    return undefined
  }

  leave(): void {
    const first = this.#waiting.shift()
    if (first) first()
    else this.#count--
  }
}
