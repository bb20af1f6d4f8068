import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkOneOf } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { validateConditions } from './conditions.js'
import { fixedPriorityLevels, type LimitResponse, type PriorityLevelSpec, type Queuing } from './configuration.js'

interface PriorityLevel extends KubeObject {
  readonly spec: PriorityLevelSpec
  readonly status?: { readonly conditions?: readonly { readonly type?: string }[] }
}

const mostQueues = 10_000_000
/** Bits of a hash that dealing requests to queues may use up. */
const mostEntropy = 60
const preserved = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'
const asLevel = (object: KubeObject) => object as PriorityLevel
const queuingOf = (object: KubeObject) => asLevel(object).spec.limited?.limitResponse?.queuing

/** flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration. */
export const priorityLevelConfigurations: BuiltinKind = {
  defaults: {
    'flowcontrol.v1.ExemptPriorityLevelConfiguration': { fields: { nominalConcurrencyShares: 0, lendablePercent: 0 } },
    'flowcontrol.v1.LimitedPriorityLevelConfiguration': {
      fields: { nominalConcurrencyShares: 30, lendablePercent: 0 },
    },
    'flowcontrol.v1.QueuingConfiguration': {
      set: (queuing) => {
        const defaults = { queues: 64, handSize: 8, queueLengthLimit: 50 }
        for (const [name, value] of Object.entries(defaults)) if (!queuing[name]) queuing[name] = value
      },
    },
  },
  strategy: {
    validate: (object, update) => [
      ...(update?.subresource === 'status' ? [] : validateLevel(asLevel(object))),
      ...validateConditions(asLevel(object).status?.conditions),
    ],
  },
  cells: {
    Type: (object) => asLevel(object).spec.type ?? '',
    NominalConcurrencyShares: (object) => asLevel(object).spec.limited?.nominalConcurrencyShares ?? '<none>',
    Queues: (object) => queuingOf(object)?.queues ?? '<none>',
    HandSize: (object) => queuingOf(object)?.handSize ?? '<none>',
    QueueLengthLimit: (object) => queuingOf(object)?.queueLengthLimit ?? '<none>',
    Age: age,
  },
}

function validateLevel({ metadata, spec }: PriorityLevel): FieldError[] {
  const { name = '', annotations = {} } = metadata
  const forbidden = Object.hasOwn(annotations, preserved)
    ? [fieldError.forbidden('metadata.annotations', `annotation '${preserved}' is forbidden`)]
    : []
  return [...forbidden, ...validateSpec(name, spec), ...checkFixed(name, spec)]
}

/** Those that must be there stay as they are, but for what `exempt` lends. */
function checkFixed(name: string, spec: PriorityLevelSpec): FieldError[] {
  const fixed = fixedPriorityLevels.find((one) => one.name === name)
  if (!fixed) return []
  const withoutExempt = ({ exempt: _, ...rest }: PriorityLevelSpec) => rest
  const same =
    name === 'exempt' ? jsonEquals(withoutExempt(spec), withoutExempt(fixed.spec)) : jsonEquals(spec, fixed.spec)
  if (same) return []
  const but = name === 'exempt' ? " except the 'spec.exempt' field" : ''
  const shown = goShape(spec, 'flowcontrol.v1.PriorityLevelConfigurationSpec')
  return [fieldError.invalid('spec', shown, `spec of '${name}'${but} must equal the fixed value`)]
}

function validateSpec(name: string, { type, limited, exempt }: PriorityLevelSpec): FieldError[] {
  const found: FieldError[] = []
  if ((name === 'exempt') !== (type === 'Exempt')) {
    const why = "must be 'Exempt' if and only if `name` is 'exempt'"
    found.push(fieldError.invalid('spec.type', type ?? '', why))
  }
  found.push(...checkOneOf(type, ['Exempt', 'Limited'], 'spec.type'))
  if (type === 'Exempt') {
    if (limited) found.push(fieldError.forbidden('spec.limited', 'must be nil if the type is not Limited'))
    return [...found, ...(exempt ? validateShares(exempt, 'spec.exempt') : [])]
  }
  if (type !== 'Limited') return found
  if (exempt) found.push(fieldError.forbidden('spec.exempt', 'must be nil if the type is Limited'))
  if (!limited) return [...found, fieldError.required('spec.limited', 'must not be empty when type is Limited')]
  found.push(...validateShares(limited, 'spec.limited'))
  const { borrowingLimitPercent: borrowed } = limited
  if (borrowed !== undefined && borrowed < 0) {
    const why = 'if specified, must be a non-negative integer'
    found.push(fieldError.invalid('spec.limited.borrowingLimitPercent', borrowed, why))
  }
  return [...found, ...validateResponse(limited.limitResponse ?? {}, 'spec.limited.limitResponse')]
}

interface Shares {
  readonly nominalConcurrencyShares?: number
  readonly lendablePercent?: number
}

function validateShares({ nominalConcurrencyShares: shares = 0, lendablePercent: lent = 0 }: Shares, path: string) {
  const found: FieldError[] = []
  if (shares < 0) {
    found.push(fieldError.invalid(`${path}.nominalConcurrencyShares`, shares, 'must be a non-negative integer'))
  }
  if (lent < 0 || lent > 100) {
    found.push(fieldError.invalid(`${path}.lendablePercent`, lent, 'must be between 0 and 100, inclusive'))
  }
  return found
}

function validateResponse({ type, queuing }: LimitResponse, path: string): FieldError[] {
  const at = `${path}.queuing`
  if (type === 'Reject') {
    return queuing ? [fieldError.forbidden(at, 'must be nil if limited.limitResponse.type is not Limited')] : []
  }
  if (type !== 'Queue') return checkOneOf(type, ['Queue', 'Reject'], `${path}.type`)
  if (queuing) return validateQueuing(queuing, at)
  return [fieldError.required(at, 'must not be empty if limited.limitResponse.type is Limited')]
}

function validateQueuing({ queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing, path: string): FieldError[] {
  const found: FieldError[] = []
  const wrong = (field: string, value: number, why: string) =>
    found.push(fieldError.invalid(`${path}.${field}`, value, why))
  if (queueLengthLimit <= 0) wrong('queueLengthLimit', queueLengthLimit, 'must be positive')
  if (queues <= 0) wrong('queues', queues, 'must be positive')
  else if (queues > mostQueues) wrong('queues', queues, `must not be greater than ${mostQueues}`)
  const entropy = Math.ceil(Math.log2(queues) * handSize)
  if (handSize <= 0) wrong('handSize', handSize, 'must be positive')
  else if (handSize > queues) wrong('handSize', handSize, `should not be greater than queues (${queues})`)
  else if (entropy > mostEntropy) {
    const dealt = `required entropy bits of deckSize ${queues} and handSize ${handSize}`
    wrong('handSize', handSize, `${dealt} should not be greater than ${mostEntropy}`)
  }
  return found
}
