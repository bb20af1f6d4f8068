import { showGo } from '../codec/go-text.js'
import type { FieldError, FieldErrorReason } from '../meta/field-error.js'

/** More are not told: an object can be wrong in every item of a long list. */
const maxErrors = 100

/**
 * What a validation finds. `name` is the path below the validated value as messages show it: `spec.a`, `.a` for some
 * members of the value itself, empty for the value. The errors' fields have `prefix` before it.
 */
export class Findings {
  readonly errors: FieldError[] = []
  /** How much was right: of several schemas that all fail, the one with the most is the one meant. */
  matches = 0
  /** Made with the first error: most values have none. */
  #known: Set<string> | undefined

  constructor(private readonly prefix: string) {}

  get isValid(): boolean {
    return this.errors.length === 0
  }

  /** Grows with every error. */
  mark(): number {
    return this.errors.length
  }

  /** What was found since the mark does not count. */
  forgetSince(mark: number): void {
    for (const { field, message } of this.errors.splice(mark)) this.#known?.delete(`${field} ${message}`)
  }

  /** Findings of a schema of which it is not known yet whether they count. */
  fork(): Findings {
    return new Findings(this.prefix)
  }

  merge(other: Findings): void {
    for (const error of other.errors) this.#push(error)
    this.matches += other.matches
  }

  add(reason: FieldErrorReason, name: string, message: string): void {
    this.#push({ reason, field: this.#field(name), message })
  }

  /** As `add`, for those of upstream's checks that know indices: `spec.a[0]`, not `spec.a.[0]`. */
  addAt(reason: FieldErrorReason, path: string, message: string): void {
    const field = path.startsWith('[') && this.prefix !== '' ? `${this.prefix}${path}` : this.#field(path)
    this.#push({ reason, field, message })
  }

  /** `Invalid value: 11: spec.a in body should be …`. */
  invalid(name: string, value: unknown, should: string): void {
    this.add('FieldValueInvalid', name, `Invalid value: ${showGo(value)}: ${name} in body ${should}`)
  }

  /** An error of which upstream only has a text: it has no field and no value. */
  composite(text: string): void {
    this.add('FieldValueInvalid', '', `Invalid value: "": ${text}`)
  }

  #push(error: FieldError): void {
    const text = `${error.field} ${error.message}`
    this.#known ??= new Set()
    if (this.errors.length >= maxErrors || this.#known.has(text)) return
    this.#known.add(text)
    this.errors.push(error)
  }

  #field(name: string): string {
    const below = name.replace(/^\./, '')
    if (below === '') return this.prefix || '<nil>'
    return this.prefix === '' ? below : `${this.prefix}.${below}`
  }
}
