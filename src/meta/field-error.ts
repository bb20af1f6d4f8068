/** Errors of single fields and the texts kube-apiserver gives them (API-SEMANTICS E04, E05). */
export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueDuplicate'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotFound'
  | 'InternalError'

/** `field` is a path such as `spec.toppings[0].name`; `<nil>` where there is none. `message` leaves the path out. */
export interface FieldError {
  readonly reason: FieldErrorReason
  readonly field: string
  readonly message: string
}

/** A value as Go's %#v-like JSON printing shows it in a message. Only for values that codec/ need not print. */
function showValue(value: unknown): string {
  if (value === undefined) return 'null'
  return JSON.stringify(value, (_key, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)) ?? 'null'
}

const text = (head: string, detail?: string) => (detail ? `${head}: ${detail}` : head)

/**
 * What is wrong with a field, in kube-apiserver's words (API-SEMANTICS E05). `field` is its path, such as
 * `spec.toppings[0].name`; `value` is shown in the message; `detail` says what would be right.
 */
export const fieldError = {
  required: (field: string, detail?: string): FieldError => ({
    reason: 'FieldValueRequired',
    field,
    message: text('Required value', detail),
  }),
  /** The usual one: `fieldError.invalid('spec.size', 11, 'must be less than or equal to 10')`. */
  invalid: (field: string, value: unknown, detail: string): FieldError => ({
    reason: 'FieldValueInvalid',
    field,
    message: text(`Invalid value: ${showValue(value)}`, detail),
  }),
  /** An invalid value that is not shown. */
  wrong: (field: string, detail: string): FieldError => ({
    reason: 'FieldValueInvalid',
    field,
    message: `Invalid value: ${detail}`,
  }),
  /** Of an enumeration: `supported` is what there is to choose from. */
  notSupported: (field: string, value: unknown, supported: readonly string[]): FieldError => ({
    reason: 'FieldValueNotSupported',
    field,
    message: `Unsupported value: ${showValue(value)}: supported values: ${supported.map((s) => JSON.stringify(s)).join(', ')}`,
  }),
  /** It may not be given here at all. */
  forbidden: (field: string, detail: string): FieldError => ({
    reason: 'FieldValueForbidden',
    field,
    message: text('Forbidden', detail),
  }),
  duplicate: (field: string, value: unknown): FieldError => ({
    reason: 'FieldValueDuplicate',
    field,
    message: `Duplicate value: ${showValue(value)}`,
  }),
  /** A duplicate of which more is to be said. */
  duplicateOf: (field: string, value: unknown, detail: string): FieldError => ({
    reason: 'FieldValueDuplicate',
    field,
    message: `Duplicate value: ${showValue(value)}: ${detail}`,
  }),
  /** It names something that is not there. */
  notFound: (field: string, value: unknown, detail?: string): FieldError => ({
    reason: 'FieldValueNotFound',
    field,
    message: text(`Not found: ${showValue(value)}`, detail),
  }),
  tooLong: (field: string, maxBytes: number): FieldError => ({
    reason: 'FieldValueTooLong',
    field,
    message: `Too long: may not be more than ${maxBytes} bytes`,
  }),
  tooMany: (field: string, actual: number, max: number): FieldError => ({
    reason: 'FieldValueTooMany',
    field,
    message: `Too many: ${actual}: must have at most ${max} items`,
  }),
  typeInvalid: (field: string, value: unknown, detail: string): FieldError => ({
    reason: 'FieldValueTypeInvalid',
    field,
    message: `Invalid value: ${showValue(value)}: ${detail}`,
  }),
}

/** The whole text of one error: `<field>: <message>`. */
export function formatFieldError(error: FieldError): string {
  return `${error.field}: ${error.message}`
}

/** Several as one text, none twice. */
export function formatFieldErrors(found: readonly FieldError[]): string {
  const texts = [...new Set(found.map(formatFieldError))]
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`
}
