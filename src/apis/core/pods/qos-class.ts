import { compareQuantities, parseQuantity, sumOfQuantities } from '../../../meta/quantity.js'
import { isPositive } from '../../amounts.js'
import type { PodSpec, Resources } from './pod-spec.js'

type Amounts = Readonly<Record<string, string>>

/** How well a pod is served when a node runs short: what it asks for decides. */
export function qosClass(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const asked: Resources[] = spec.resources
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map(({ resources = {} }) => resources)
  const requests = total(asked.map((one) => one.requests))
  const limits = total(asked.map((one) => one.limits))
  if (Object.keys({ ...requests, ...limits }).length === 0) return 'BestEffort'
  const allLimited = asked.every((one) => Object.keys(total([one.limits])).length === computed.length)
  const same = Object.entries(requests).every(([name, amount]) => isSame(amount, limits[name]))
  return allLimited && same && Object.keys(requests).length === Object.keys(limits).length ? 'Guaranteed' : 'Burstable'
}

const computed = ['cpu', 'memory']

function total(lists: readonly (Amounts | undefined)[]): Record<string, string> {
  const sum: Record<string, string> = {}
  for (const list of lists) {
    for (const name of computed) {
      const amount = list?.[name]
      if (amount !== undefined && isPositive(amount)) sum[name] = sumOfQuantities(sum[name] ?? '0', amount)
    }
  }
  return sum
}

function isSame(a: string, b: string | undefined): boolean {
  return b !== undefined && compareQuantities(parseQuantity(a), parseQuantity(b)) === 0
}
