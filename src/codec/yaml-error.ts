/** Text that is not YAML, or YAML that JSON can't hold. */
export class YamlError extends Error {
  constructor(
    /** What is wrong, without the place. */
    readonly reason: string,
    /** Counted from 1. */
    readonly line: number,
    /** Upstream's reader has no place for what is wrong with all of the text. */
    message = `yaml: line ${line}: ${reason}`,
  ) {
    super(message)
    this.name = 'YamlError'
  }
}
