import { TypedDecodeError } from '../../codec/typed/decode-error.js'
import { type FieldError, fieldError } from '../../meta/field-error.js'
import { quoteGo } from '../../meta/go-quote.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import {
  formatLabels,
  formatSelector,
  isEmptySelector,
  selectorMatches,
  validateSelector,
} from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age, containerCells } from '../cells.js'
import { podTemplateWarnings } from '../core/pods/pod-warnings.js'
import { validatePodTemplate } from '../core/pods/validate-pod-template.js'
import { checkCountOrPercent, checkImmutable, checkNotNegative } from '../field-checks.js'
import {
  isReadable,
  validateCollisions,
  validateCounts,
  validateLastingTemplate,
  type WorkloadSpec,
} from './workload-template.js'

interface Spec extends WorkloadSpec {
  readonly minReadySeconds?: number
  readonly revisionHistoryLimit?: number
  readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: RollingUpdate }
}

interface RollingUpdate {
  readonly maxUnavailable?: number | string
  readonly maxSurge?: number | string
}

const counts = [
  ...['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady', 'observedGeneration'],
  ...['updatedNumberScheduled', 'numberAvailable', 'numberUnavailable', 'collisionCount'],
]
/** Where upstream keeps how often the template has changed. */
const templateGeneration = 'deprecated.daemonset.template.generation'

function generationOf({ metadata }: KubeObject): bigint {
  const text = metadata.annotations?.[templateGeneration]
  return text === undefined || int64Fault(text) ? 0n : BigInt(text)
}

function noteGeneration({ metadata }: KubeObject, generation: bigint): void {
  metadata.annotations = { ...metadata.annotations, [templateGeneration]: String(generation) }
}

/** What Go has against a text as a number of 64 bits. */
function int64Fault(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return 'invalid syntax'
  // Longer ones need not be read to be too large.
  const isLong = text.replace(/^[+-]?0*/, '').length > 19
  return isLong || BigInt.asIntN(64, BigInt(text)) !== BigInt(text) ? 'value out of range' : undefined
}

const specOf = (set: KubeObject) => (set.spec ?? {}) as Spec
const statusOf = (set: KubeObject) => (set.status ?? {}) as Readonly<Record<string, number>>

/** apps/v1 DaemonSet. */
export const daemonSets: BuiltinKind = {
  defaults: {
    'apps.v1.DaemonSet': {
      set: (set) => {
        // As upstream, where no annotation is a count of none: who writes a set owns the annotation too.
        const daemonSet = set as KubeObject
        noteGeneration(daemonSet, generationOf(daemonSet))
      },
    },
    'apps.v1.DaemonSetSpec': { fields: { revisionHistoryLimit: 10 }, set: setStrategyDefaults },
  },
  checkDecoded: ({ metadata }) => {
    const text =
      isJsonObject(metadata) && isJsonObject(metadata.annotations) && metadata.annotations[templateGeneration]
    if (typeof text !== 'string') return
    const fault = int64Fault(text)
    if (fault) throw new TypedDecodeError(`strconv.ParseInt: parsing ${quoteGo(text)}: ${fault}`)
  },
  strategy: {
    prepareForCreate: (set) => {
      if (generationOf(set) < 1n) noteGeneration(set, 1n)
    },
    prepareForUpdate: (set, old) => {
      const changed = !jsonEquals(specOf(set).template, specOf(old).template)
      noteGeneration(set, generationOf(old) + (changed ? 1n : 0n))
    },
    validate: (set, update) =>
      update?.subresource === 'status'
        ? [...validateCounts(statusOf(set), counts), ...validateCollisions(statusOf(set), statusOf(update.old))]
        : [
            ...(update ? checkImmutable(specOf(set).selector, specOf(update.old).selector, 'spec.selector') : []),
            ...validateSpec(specOf(set)),
          ],
    warnings: (set, old) => podTemplateWarnings(specOf(set).template, old && specOf(old).template, 'spec.template'),
  },
  cells: {
    Desired: (set) => statusOf(set).desiredNumberScheduled ?? 0,
    Current: (set) => statusOf(set).currentNumberScheduled ?? 0,
    Ready: (set) => statusOf(set).numberReady ?? 0,
    'Up-to-date': (set) => statusOf(set).updatedNumberScheduled ?? 0,
    Available: (set) => statusOf(set).numberAvailable ?? 0,
    'Node Selector': (set) => formatLabels(specOf(set).template?.spec?.nodeSelector),
    Age: age,
    ...containerCells((set) => specOf(set).template),
    Selector: (set) => formatSelector(specOf(set).selector),
  },
}

function setStrategyDefaults(spec: JsonObject): void {
  const strategy = (spec.updateStrategy ?? {}) as JsonObject
  spec.updateStrategy = strategy
  strategy.type ||= 'RollingUpdate'
  if (strategy.type !== 'RollingUpdate') return
  strategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...(strategy.rollingUpdate as JsonObject | undefined) }
}

function validateSpec({ selector, template = {}, ...spec }: Spec): FieldError[] {
  const path = 'spec.selector'
  const { labels } = template.metadata ?? {}
  const found = selector ? validateSelector(selector, path) : []
  if (isReadable(selector) && !selectorMatches(selector, labels ?? {})) {
    const why = '`selector` does not match template `labels`'
    found.push(fieldError.invalid('spec.template.metadata.labels', labels, why))
  }
  if (selector && isEmptySelector(selector)) {
    found.push(fieldError.invalid(path, selector, 'empty selector is invalid for daemonset'))
  }
  return [
    ...found,
    ...validatePodTemplate(template, 'spec.template'),
    ...validateLastingTemplate(template, 'DaemonSet', { restartPolicyRequired: true }),
    ...checkNotNegative(spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateStrategy(spec.updateStrategy ?? {}),
    ...checkNotNegative(spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ]
}

function validateStrategy({ type, rollingUpdate }: NonNullable<Spec['updateStrategy']>): FieldError[] {
  const path = 'spec.updateStrategy.rollingUpdate'
  if (type === 'OnDelete') return []
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {}
  if (type !== 'RollingUpdate') {
    // Upstream shows the struct as Go names its fields.
    const shown = {
      Type: type,
      RollingUpdate: rollingUpdate ? { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge } : null,
    }
    return [fieldError.notSupported('spec.updateStrategy', shown, ['RollingUpdate', 'OnDelete'])]
  }
  const amount = (value: number | string) => Number.parseInt(String(value), 10) || 0
  const tooMuch = (value: number | string) => /^\d+%$/.test(String(value)) && amount(value) > 100
  const found = [
    ...checkCountOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...checkCountOrPercent(maxSurge, `${path}.maxSurge`),
  ]
  for (const [name, value] of Object.entries({ maxUnavailable, maxSurge })) {
    if (tooMuch(value)) found.push(fieldError.invalid(`${path}.${name}`, value, 'must not be greater than 100%'))
  }
  const [unavailable, surge] = [amount(maxUnavailable), amount(maxSurge)]
  if (unavailable !== 0 && surge !== 0) {
    found.push(fieldError.invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'))
  } else if (unavailable === 0 && surge === 0) {
    found.push(fieldError.required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'))
  }
  return found
}
