import { type FieldError, fieldError } from '../../meta/field-error.js'
import { qualifiedNameErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import { compareQuantities, parseQuantity, type Quantity } from '../../meta/quantity.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { each, invalidBy, repeated } from '../field-checks.js'
import { checkContainerResourceName, checkResourceName, isOvercommitted } from './pods/validate-resources.js'

type Amounts = Readonly<Record<string, string>>

/** One entry of core/v1 LimitRangeSpec. */
export interface LimitRangeItem {
  readonly type: string
  readonly max?: Amounts
  readonly min?: Amounts
  readonly default?: Amounts
  readonly defaultRequest?: Amounts
  readonly maxLimitRequestRatio?: Amounts
}

const types = ['Pod', 'Container', 'PersistentVolumeClaim']
const limitsOf = ({ spec }: KubeObject) => (spec as { limits?: readonly LimitRangeItem[] } | undefined)?.limits ?? []

/** core/v1 LimitRange. */
export const limitRanges: BuiltinKind = {
  defaults: { 'core.v1.LimitRangeItem': { set: setItemDefaults } },
  strategy: {
    validate: (range) => {
      const items = limitsOf(range)
      const again = repeated(items, ({ type }) => type)
      return each(items, 'spec.limits', (item, path, i) => {
        return [
          ...validateType(item.type, `${path}.type`),
          ...(again[i] ? [fieldError.duplicate(`${path}.type`, item.type)] : []),
          ...validateItem(item, path),
        ]
      })
    },
  },
}

/** A container asks for what it is limited to, and for no less than the least, unless something else is said. */
function setItemDefaults(item: JsonObject): void {
  if (item.type !== 'Container') return
  const { max = {}, min = {}, default: limits = {}, defaultRequest = {} } = item as Partial<LimitRangeItem>
  const withMax = { ...max, ...limits }
  const requests = { ...min, ...withMax, ...defaultRequest }
  if (Object.keys(withMax).length > 0) item.default = withMax
  if (Object.keys(requests).length > 0) item.defaultRequest = requests
}

function validateType(type: string, path: string): FieldError[] {
  const found = invalidBy(path, type, qualifiedNameErrors(type))
  if (found.length > 0 || type.includes('/') || types.includes(type)) return found
  return [fieldError.invalid(path, type, 'must be a standard limit type or fully qualified')]
}

const fields = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const

function validateItem(item: LimitRangeItem, path: string): FieldError[] {
  const isContainer = item.type === 'Pod' || item.type === 'Container'
  const checkName = isContainer ? checkContainerResourceName : checkResourceName
  const found: FieldError[] = []
  for (const field of fields) {
    const names = Object.keys(item[field] ?? {})
    if (item.type === 'Pod' && (field === 'default' || field === 'defaultRequest')) {
      const why = "may not be specified when `type` is 'Pod'"
      if (names.length > 0) found.push(fieldError.forbidden(`${path}.${field}`, why))
    } else found.push(...names.flatMap((name) => checkName(name, `${path}.${field}[${name}]`)))
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min?.storage && !item.max?.storage) {
    const why = 'either minimum or maximum storage value is required, but neither was provided'
    found.push(fieldError.required(`${path}.limits`, why))
  }
  const { type, default: limits, defaultRequest } = item
  const amounts =
    type === 'Pod' ? { ...item, default: {}, defaultRequest: {} } : { ...item, default: limits, defaultRequest }
  const names = new Set(fields.flatMap((field) => Object.keys(amounts[field] ?? {})))
  return [...found, ...[...names].flatMap((name) => validateAmounts(amounts as LimitRangeItem, name, path))]
}

function validateAmounts(item: LimitRangeItem, name: string, path: string): FieldError[] {
  const [max, min, limit, request, ratio] = fields.map((field) => item[field]?.[name])
  const at = (field: string) => `${path}.${field}[${name}]`
  const exceeds = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && compareQuantities(parseQuantity(a), parseQuantity(b)) > 0
  const found: FieldError[] = []
  const add = (field: string, shown: unknown, why: string) => found.push(fieldError.invalid(at(field), shown, why))
  if (exceeds(min, max)) add('min', min, `min value ${min} is greater than max value ${max}`)
  if (exceeds(min, request)) {
    add('defaultRequest', request, `min value ${min} is greater than default request value ${request}`)
  }
  if (exceeds(request, max)) {
    add('defaultRequest', request, `default request value ${request} is greater than max value ${max}`)
  }
  if (exceeds(request, limit)) {
    add('defaultRequest', request, `default request value ${request} is greater than default limit value ${limit}`)
  }
  if (exceeds(min, limit)) add('default', min, `min value ${min} is greater than default value ${limit}`)
  if (exceeds(limit, max)) add('default', max, `default value ${limit} is greater than max value ${max}`)
  if (exceeds('1', ratio)) add('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`)
  if (ratio !== undefined && min !== undefined && max !== undefined) {
    const most = asNumber(parseQuantity(max)) / asNumber(parseQuantity(min))
    if (asNumber(parseQuantity(ratio)) > most) {
      add('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)
    }
  }
  if (
    !isOvercommitted(name) &&
    limit !== undefined &&
    request !== undefined &&
    (exceeds(limit, request) || exceeds(request, limit))
  ) {
    const why = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`
    add('defaultRequest', request, why)
  }
  return found
}

function asNumber({ unscaled, scale }: Quantity): number {
  return Number(unscaled) * 10 ** scale
}
