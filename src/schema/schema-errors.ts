import { goJson, showGo } from '../codec/go-text.js'
import type { FieldError, FieldErrorReason } from '../meta/field-error.js'
import { quoteGo } from '../meta/go-quote.js'

/** What is wrong with a schema; paths are those of the definition it stands in. */
export class SchemaErrors {
  readonly list: FieldError[] = []

  required(field: string, detail: string): void {
    this.#add('FieldValueRequired', field, `Required value: ${detail}`)
  }

  forbidden(field: string, detail: string): void {
    this.#add('FieldValueForbidden', field, `Forbidden: ${detail}`)
  }

  invalid(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${showGo(value)}: ${detail}`)
  }

  /** `value` has a struct's fields in their order. */
  invalidStruct(field: string, value: unknown, detail: string): void {
    this.#add('FieldValueInvalid', field, `Invalid value: ${goJson(value)}: ${detail}`)
  }

  notSupported(field: string, value: string, supported: readonly string[]): void {
    const message = `Unsupported value: ${quoteGo(value)}: supported values: ${supported.map(quoteGo).join(', ')}`
    this.#add('FieldValueNotSupported', field, message)
  }

  #add(reason: FieldErrorReason, field: string, message: string): void {
    this.list.push({ reason, field, message })
  }
}
