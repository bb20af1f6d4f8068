import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { podResources } from '../../../meta/pod-resources.js'
import { compareQuantities, parseQuantity } from '../../../meta/quantity.js'
import { checkChoice } from '../../field-checks.js'
import type { PodSpec, Resources } from './pod-spec.js'
import { validateClaimNames } from './validate-pod-claims.js'
import { checkResourceName, isHugePages, validateResources } from './validate-resources.js'

type Amounts = Readonly<Record<string, string>>

/** `resources` of the pod itself: they bound those of its containers together. */
export function validatePodResources(spec: PodSpec, claims: readonly string[], path: string): FieldError[] {
  const { resources, os, containers = [] } = spec
  if (!resources) return []
  if (os?.name === 'windows') return [fieldError.forbidden(path, 'may not be set for a windows pod')]
  const found: FieldError[] = []
  if (resources.claims) {
    found.push(fieldError.forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level'))
  }
  found.push(...validateResources(resources, path, checkPodResourceName))
  found.push(...validateClaimNames(resources, claims, `${path}.claims`))
  found.push(...validateSums(spec, resources, path))
  for (const [i, { resources: { limits = {} } = {} }] of containers.entries()) {
    for (const [name, limit] of Object.entries(limits)) {
      const most = resources.limits?.[name]
      if (most === undefined || compareQuantities(parseQuantity(limit), parseQuantity(most)) <= 0) continue
      const why = `must be less than or equal to pod limits of ${most}`
      found.push(fieldError.invalid(`${path}.containers[${i}][${name}].limits`, limit, why))
    }
  }
  return found
}

function checkPodResourceName(name: string, path: string): FieldError[] {
  const found = checkResourceName(name, path)
  if (found.length > 0 || isHugePages(name)) return found
  return checkChoice(name, ['cpu', 'hugepages-', 'memory'], path)
}

/** What containers take together at most may not be more than what the pod has. */
function validateSums(spec: PodSpec, { requests = {}, limits = {} }: Resources, path: string): FieldError[] {
  const sums = podResources(spec, () => false)
  const check = (list: 'requests' | 'limits', own: Amounts) =>
    Object.entries(sums[list]).flatMap(([name, sum]) => {
      const amount = own[name]
      if (amount === undefined || compareQuantities(parseQuantity(sum), parseQuantity(amount)) <= 0) return []
      const why = `must be greater than or equal to aggregate container ${list} of ${sum}`
      return [fieldError.invalid(`${path}.${list}[${name}]`, amount, why)]
    })
  const hugePages = Object.fromEntries(Object.entries(limits).filter(([name]) => isHugePages(name)))
  return [...check('requests', requests), ...check('limits', hugePages)]
}
