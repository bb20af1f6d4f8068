import { compareQuantities, parseQuantity, sumOfQuantities } from './quantity.js'

type Amounts = Record<string, string>

interface Resources {
  readonly requests?: Readonly<Amounts>
  readonly limits?: Readonly<Amounts>
}

interface Container {
  readonly resources?: Resources
  readonly restartPolicy?: string
}

/** The parts of core/v1 PodSpec that say what a pod takes. */
export interface ResourcesOfPod {
  readonly containers?: readonly Container[]
  readonly initContainers?: readonly Container[]
  readonly resources?: Resources
}

const cpuAndMemory = (name: string): boolean => name === 'cpu' || name === 'memory'

/**
 * What a pod asks for as a whole: its containers together, or what its init containers need one after the other if that
 * is more; those that go on running count all the time. What the pod itself says of `ofPod`, CPU and memory, comes first.
 */
export function podResources(spec: ResourcesOfPod, ofPod = cpuAndMemory): { requests: Amounts; limits: Amounts } {
  return { requests: total(spec, 'requests', ofPod), limits: total(spec, 'limits', ofPod) }
}

function total(
  { containers = [], initContainers = [], resources }: ResourcesOfPod,
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
