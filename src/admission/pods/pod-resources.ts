import { compareQuantities, parseQuantity, sumOfQuantities } from '../../meta/quantity.js'
import type { Pod, Resources } from './pod.js'

type Amounts = Record<string, string>

/**
 * What a pod asks for as a whole: its containers together, or what its init containers need one after the other if that
 * is more; those that go on running count all the time. What the pod itself says of CPU and memory comes first.
 */
export function podResources(spec: Pod['spec']): Required<Resources> {
  return { requests: total(spec, 'requests'), limits: total(spec, 'limits') }
}

function total({ containers, initContainers = [], resources }: Pod['spec'], list: keyof Resources): Amounts {
  const sum = containers.reduce<Amounts>((all, container) => add(all, container.resources?.[list]), {})
  let running: Amounts = {}
  let starting: Amounts = {}
  let all = sum
  for (const container of initContainers) {
    const own = container.resources?.[list]
    if (container.restartPolicy === 'Always') {
      all = add(all, own)
      running = add(running, own)
      starting = larger(starting, running)
    } else starting = larger(starting, add(running, own))
  }
  const ofPod = Object.entries(resources?.[list] ?? {}).filter(([name]) => ['cpu', 'memory'].includes(name))
  return { ...larger(all, starting), ...Object.fromEntries(ofPod) }
}

function add(a: Amounts, b: Readonly<Amounts> = {}): Amounts {
  const sum = { ...a }
  for (const [name, text] of Object.entries(b)) sum[name] = sumOfQuantities(sum[name] ?? '0', text)
  return sum
}

function larger(a: Amounts, b: Readonly<Amounts>): Amounts {
  const most = { ...a }
  for (const [name, text] of Object.entries(b)) {
    const other = most[name]
    if (other === undefined || compareQuantities(parseQuantity(text), parseQuantity(other)) > 0) most[name] = text
  }
  return most
}
