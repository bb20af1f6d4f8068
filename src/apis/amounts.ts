import { compareQuantities, parseQuantity } from '../meta/quantity.js'

/** Amounts of resources as texts: typed decoding has made sure that each is one. */
const zero = parseQuantity('0')

export function isPositive(amount: string): boolean {
  return compareQuantities(parseQuantity(amount), zero) > 0
}

export function isNegative(amount: string): boolean {
  return compareQuantities(parseQuantity(amount), zero) < 0
}
