import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseApiVersion } from '../../meta/gvk.js'
import { labelErrors } from '../../meta/names.js'
import { isPositive } from '../amounts.js'
import { checkContainerResourceName } from '../core/pods/validate-resources.js'
import { checkNotNegative, checkNotNegativeAmount, checkPathSegment, each, invalidBy } from '../field-checks.js'
import {
  type HpaSpec,
  type HpaStatus,
  type Metric,
  type MetricSource,
  metricSources,
  type ScaleTarget,
  type ScalingRules,
  type Source,
} from './hpa-spec.js'

const maxPeriod = 1800
const maxStabilizationWindow = 3600
const sourceTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource']
const either = 'must set either a target raw value or a target utilization'
const both = 'may not set both a target raw value and a target utilization'

/** What is wrong with a spec of v2; a lower bound of 0 is kept where it was before. */
export function validateHpaSpec(spec: HpaSpec, old: HpaSpec | undefined): FieldError[] {
  const { minReplicas, maxReplicas = 0, metrics = [], behavior, scaleTargetRef = {} } = spec
  const lowest = old?.minReplicas === 0 ? 0 : 1
  const found: FieldError[] = []
  if (minReplicas !== undefined && minReplicas < lowest) {
    found.push(fieldError.invalid('spec.minReplicas', minReplicas, `must be greater than or equal to ${lowest}`))
  }
  const path = 'spec.maxReplicas'
  if (maxReplicas === 0) found.push(fieldError.required(path, 'must be set and greater than 0'))
  if (maxReplicas < 0) found.push(fieldError.invalid(path, maxReplicas, 'must be greater than or equal to 1'))
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    found.push(fieldError.invalid(path, maxReplicas, 'must be greater than or equal to `minReplicas`'))
  }
  found.push(...validateTarget(scaleTargetRef, 'spec.scaleTargetRef'))
  found.push(...checkGroup(scaleTargetRef, old?.scaleTargetRef, 'spec.scaleTargetRef.apiVersion'))
  found.push(...each(metrics, 'spec.metrics', validateMetric))
  if (minReplicas === 0 && !metrics.some(({ type }) => type === 'Object' || type === 'External')) {
    const why = 'must specify at least one Object or External metric to support scaling to zero replicas'
    found.push(fieldError.forbidden('spec.metrics', why))
  }
  return [
    ...found,
    ...validateRules(behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ]
}

export function validateHpaStatus({ currentReplicas, desiredReplicas }: HpaStatus): FieldError[] {
  return [
    ...checkNotNegative(currentReplicas, 'status.currentReplicas'),
    ...checkNotNegative(desiredReplicas, 'status.desiredReplicas'),
  ]
}

function validateTarget({ kind, name, apiVersion }: ScaleTarget, path: string): FieldError[] {
  const wrong = apiVersion !== undefined && apiVersion !== '' && !parseApiVersion(apiVersion)
  const why = `unexpected GroupVersion string: ${apiVersion}`
  return [
    ...checkPathSegment(kind, `${path}.kind`),
    ...checkPathSegment(name, `${path}.name`),
    ...(wrong ? [fieldError.invalid(`${path}.apiVersion`, apiVersion, why)] : []),
  ]
}

/** Of all that can be scaled only ReplicationControllers are in the core group; one that was in it before may stay. */
function checkGroup({ kind, apiVersion = '' }: ScaleTarget, old: ScaleTarget | undefined, path: string): FieldError[] {
  const isOld = old !== undefined && old.kind === kind && (old.apiVersion ?? '') === apiVersion
  if (isOld || kind === 'ReplicationController') return []
  const named = apiVersion === '' || apiVersion === '/' ? { group: '' } : parseApiVersion(apiVersion)
  return named?.group === '' ? [fieldError.invalid(path, apiVersion, 'apiVersion must specify API group')] : []
}

function validateMetric(metric: Metric, path: string): FieldError[] {
  const found: FieldError[] = []
  const { type } = metric
  const known = sourceTypes.includes(type)
  if (type === '') found.push(fieldError.required(`${path}.type`, 'must specify a metric source type'))
  if (!known) {
    // Upstream's two checks of the type both tell it.
    const unknown = fieldError.notSupported(`${path}.type`, type, sourceTypes)
    found.push(unknown, unknown)
  }
  const present = metricSources.filter((name) => metric[name])
  const [first] = present
  if (first) found.push(...validateSource(first, metric[first] ?? {}, `${path}.${first}`))
  const expected = metricSources.find((name) => name.toLowerCase() === type.toLowerCase())
  if (known && expected && !metric[expected]) {
    const why = 'must populate information for the given metric source'
    found.push(fieldError.required(`${path}.${expected}`, why))
  }
  if (present.length === 1) return found
  const others = present.filter((name) => name !== expected)
  const why = 'must populate the given metric source only'
  return [...found, ...others.map((name) => fieldError.forbidden(`${path}.${name}`, why))]
}

function validateSource(name: MetricSource, source: Source, path: string): FieldError[] {
  const { metric = {}, describedObject = {}, target = {} } = source
  const at = `${path}.target`
  const identified = () => checkPathSegment(metric.name, `${path}.metric.name`, 'must specify a metric name')
  const missing = (field: string, why: string) => [fieldError.required(`${at}.${field}`, why)]
  const { value, averageValue } = target
  const none = value === undefined && averageValue === undefined
  switch (name) {
    case 'object':
      return [
        ...validateTarget(describedObject, `${path}.describedObject`),
        ...identified(),
        ...validateAmounts(target, at),
        ...(none ? missing('averageValue', 'must set either a target value or averageValue') : []),
      ]
    case 'external': {
      const why = 'may not set both a target value for metric and a per-pod target'
      const doubled = value !== undefined && averageValue !== undefined
      return [
        ...identified(),
        ...validateAmounts(target, at),
        ...(none ? missing('averageValue', 'must set either a target value for metric or a per-pod target') : []),
        ...(doubled ? [fieldError.forbidden(`${at}.value`, why)] : []),
      ]
    }
    case 'pods': {
      const why = 'must specify a positive target averageValue'
      return [
        ...identified(),
        ...validateAmounts(target, at),
        ...(averageValue === undefined ? missing('averageValue', why) : []),
      ]
    }
    default:
      return validateResource(name, source, path)
  }
}

function validateResource(source: MetricSource, { name, container, target = {} }: Source, path: string): FieldError[] {
  const found: FieldError[] = []
  if (!name) found.push(fieldError.required(`${path}.name`, 'must specify a resource name'))
  else if (source === 'containerResource') found.push(...checkContainerResourceName(name, `${path}.name`))
  if (source === 'containerResource') {
    const at = `${path}.container`
    if (container) found.push(...invalidBy(at, container, labelErrors(container)))
    else found.push(fieldError.required(at, 'must specify a container'))
  }
  found.push(...validateAmounts(target, `${path}.target`))
  const { averageUtilization, averageValue } = target
  const [hasUtilization, hasValue] = [averageUtilization !== undefined, averageValue !== undefined]
  if (!hasUtilization && !hasValue) found.push(fieldError.required(`${path}.target.averageUtilization`, either))
  if (hasUtilization && hasValue) found.push(fieldError.forbidden(`${path}.target.averageValue`, both))
  return found
}

function validateAmounts(target: NonNullable<Source['target']>, path: string): FieldError[] {
  const { type = '', value, averageValue, averageUtilization } = target
  const found: FieldError[] = []
  if (type === '') found.push(fieldError.required(`${path}.type`, 'must specify a metric target type'))
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    found.push(fieldError.invalid(`${path}.type`, type, 'must be either Utilization, Value, or AverageValue'))
  }
  for (const [name, amount] of Object.entries({ value, averageValue })) {
    if (amount === undefined || isPositive(amount)) continue
    found.push(fieldError.invalid(`${path}.${name}`, amount, 'must be positive'))
  }
  if (averageUtilization !== undefined && averageUtilization < 1) {
    found.push(fieldError.invalid(`${path}.averageUtilization`, averageUtilization, 'must be greater than 0'))
  }
  return found
}

function validateRules(rules: ScalingRules | undefined, path: string): FieldError[] {
  if (!rules) return []
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules
  const found: FieldError[] = []
  if (window !== undefined && window < 0) {
    found.push(
      fieldError.invalid(`${path}.stabilizationWindowSeconds`, window, 'must be greater than or equal to zero'),
    )
  }
  if (window !== undefined && window > maxStabilizationWindow) {
    const why = `must be less than or equal to ${maxStabilizationWindow}`
    found.push(fieldError.invalid(`${path}.stabilizationWindowSeconds`, window, why))
  }
  const choices = ['Disabled', 'Max', 'Min']
  if (selectPolicy !== undefined && !choices.includes(selectPolicy)) {
    found.push(fieldError.notSupported(`${path}.selectPolicy`, selectPolicy, choices))
  }
  if (policies.length === 0) found.push(fieldError.required(`${path}.policies`, 'must specify at least one Policy'))
  found.push(...each(policies, `${path}.policies`, validatePolicy))
  return tolerance === undefined ? found : [...found, ...checkNotNegativeAmount(tolerance, `${path}.tolerance`)]
}

function validatePolicy(
  { type, value, periodSeconds }: NonNullable<ScalingRules['policies']>[number],
  path: string,
): FieldError[] {
  const found: FieldError[] = []
  const types = ['Percent', 'Pods']
  if (!types.includes(type)) found.push(fieldError.notSupported(`${path}.type`, type, types))
  if (value <= 0) found.push(fieldError.invalid(`${path}.value`, value, 'must be greater than zero'))
  if (periodSeconds <= 0) {
    found.push(fieldError.invalid(`${path}.periodSeconds`, periodSeconds, 'must be greater than zero'))
  }
  if (periodSeconds > maxPeriod) {
    const why = `must be less than or equal to ${maxPeriod}`
    found.push(fieldError.invalid(`${path}.periodSeconds`, periodSeconds, why))
  }
  return found
}
