/** Text that is not YAML, or YAML that JSON can't hold. */
export class YamlError extends Error {
  constructor(
    /** What is wrong, without the place. */
    readonly reason: string,
    /** Counted from 1. */
    readonly line: number,
  ) {
    super(`yaml: line ${line}: ${reason}`)
    this.name = 'YamlError'
  }
}
