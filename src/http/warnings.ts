/** Total bytes of `Warning` headers; what is over is left out (API-SEMANTICS F05). */
const warningsLimit = 4096

/** Collects the `Warning` headers of one answer, each text once (F02). */
export class Warnings {
  private readonly values = new Set<string>()
  private bytes = 0

  add(text: string): void {
    const value = `299 - ${JSON.stringify(text.replace(/[\r\n]+/g, ' ')).replace(/[^\x20-\x7e]/g, '?')}`
    if (this.values.has(value) || this.bytes + value.length > warningsLimit) return
    this.bytes += value.length
    this.values.add(value)
  }

  /** For setHeader: several headers of one name; undefined when there is none. */
  get headers(): string[] | undefined {
    return this.values.size === 0 ? undefined : [...this.values]
  }
}
