import { compareQuantities, parseQuantity, sumOfQuantities } from '../../meta/quantity.js'
import type { Pod, Resources } from './pod.js'

type Amounts = Record<string, string>

const cpuAndMemory = (name: string): boolean => name === 'cpu' || name === 'memory'

/**
 * What a pod asks for as a whole: its containers together, or what its init containers need one after the other if that
 * is more; those that go on running count all the time. What the pod itself says of `ofPod`, CPU and memory, comes first.
 */
export function podResources(spec: Pod['spec'], ofPod = cpuAndMemory): Required<Resources> {
  return { requests: total(spec, 'requests', ofPod), limits: total(spec, 'limits', ofPod) }
}

function total(
  { containers, initContainers = [], resources }: Pod['spec'],
  list: keyof Resources,
  ofPod: (name: string) => boolean,
): Amounts {
  const together = containers.reduce<Amounts>((all, container) => sum(all, container.resources?.[list]), {})
  let running: Amounts = {}
  let starting: Amounts = {}
  let all = together
  for (const container of initContainers) {
    const own = container.resources?.[list]
    if (container.restartPolicy === 'Always') {
      all = sum(all, own)
      running = sum(running, own)
      starting = larger(starting, running)
    } else starting = larger(starting, sum(running, own))
  }
  const said = Object.entries(resources?.[list] ?? {}).filter(([name]) => ofPod(name))
  return { ...larger(all, starting), ...Object.fromEntries(said) }
}

export function sum(a: Amounts, b: Readonly<Amounts> = {}): Amounts {
  const all = { ...a }
  for (const [name, text] of Object.entries(b)) all[name] = sumOfQuantities(all[name] ?? '0', text)
  return all
}

export function larger(a: Amounts, b: Readonly<Amounts>): Amounts {
  const most = { ...a }
  for (const [name, text] of Object.entries(b)) {
    const other = most[name]
    if (other === undefined || compareQuantities(parseQuantity(text), parseQuantity(other)) > 0) most[name] = text
  }
  return most
}
