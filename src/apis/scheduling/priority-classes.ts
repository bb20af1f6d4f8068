import { type FieldError, fieldError } from '../../meta/field-error.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkImmutable, checkOneOf } from '../field-checks.js'

interface PriorityClass extends KubeObject {
  readonly value?: number
  readonly globalDefault?: boolean
  readonly description?: string
  readonly preemptionPolicy?: string
}

/** Above it only the system's own classes are. */
const highestOfUsers = 1_000_000_000
/** Those of the system; they exist from the first start on. */
export const systemPriorityClasses = [
  {
    name: 'system-cluster-critical',
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
  {
    name: 'system-node-critical',
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
] as const

const asClass = (object: KubeObject) => object as PriorityClass

/** scheduling.k8s.io/v1 PriorityClass. */
export const priorityClasses: BuiltinKind = {
  defaults: { 'scheduling.v1.PriorityClass': { fields: { preemptionPolicy: 'PreemptLowerPriority' } } },
  strategy: {
    prepareForCreate: ({ metadata }) => {
      metadata.generation = 1
    },
    validate: (object, update) => (update ? [] : validateClass(asClass(object))),
    validateUpdate: (object, old) => {
      const [now, before] = [asClass(object), asClass(old)]
      return [
        ...(now.value === before.value ? [] : [fieldError.forbidden('value', 'may not be changed in an update.')]),
        ...checkImmutable(now.preemptionPolicy, before.preemptionPolicy, 'preemptionPolicy'),
      ]
    },
  },
  cells: {
    Value: (object) => asClass(object).value ?? 0,
    'Global-Default': (object) => asClass(object).globalDefault ?? false,
    Age: age,
    PreemptionPolicy: (object) => asClass(object).preemptionPolicy ?? '',
  },
}

function validateClass(object: PriorityClass): FieldError[] {
  const { metadata, value = 0, description = '', globalDefault = false, preemptionPolicy } = object
  const { name = '' } = metadata
  const found: FieldError[] = []
  if (name.startsWith('system-')) {
    const own = systemPriorityClasses.find((known) => known.name === name)
    const same = own && own.value === value && own.description === description && !globalDefault
    const why = own
      ? `value of ${name} PriorityClass must be ${own.value}`
      : `${name} is not a known system priority class`
    const shown = `priority class names with 'system-' prefix are reserved for system use only. error: ${why}`
    if (!same) found.push(fieldError.forbidden('metadata.name', shown))
  } else if (value > highestOfUsers) {
    const why = `maximum allowed value of a user defined priority is ${highestOfUsers}`
    found.push(fieldError.forbidden('value', why))
  }
  if (preemptionPolicy === undefined) return found
  return [...found, ...checkOneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy')]
}
