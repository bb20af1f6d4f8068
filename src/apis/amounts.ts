import { compareQuantities, parseQuantity, roundToWhole } from '../meta/quantity.js'

/** Amounts of resources as texts: typed decoding has made sure that each is one. */
const zero = parseQuantity('0')

/** Resources that are counted: there are no parts of them. */
export const countedResources: readonly string[] = [
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps'],
  ...['persistentvolumeclaims', 'services.nodeports', 'services.loadbalancers'],
]

export function isPositive(amount: string): boolean {
  return compareQuantities(parseQuantity(amount), zero) > 0
}

export function isNegative(amount: string): boolean {
  return compareQuantities(parseQuantity(amount), zero) < 0
}

/** The amount as a number, rounded away from zero. */
export function wholeOf(amount: string): number {
  const { unscaled, scale } = roundToWhole(parseQuantity(amount))
  const power = 10n ** BigInt(Math.abs(scale))
  return Number(scale < 0 ? unscaled / power : unscaled * power)
}
