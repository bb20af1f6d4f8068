import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  type Quantity,
  subtractQuantities,
  zeroQuantity,
} from '../../meta/quantity.js'

/** core/v1 ResourceList, read: amounts by what they are of. */
export type Amounts = Readonly<Record<string, Quantity>>

const zero = parseQuantity(zeroQuantity)

export function readAmounts(texts: Readonly<Record<string, string>> = {}): Amounts {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, parseQuantity(text)]))
}

export function writeAmounts(amounts: Amounts): Record<string, string> {
  const names = Object.keys(amounts).sort()
  return Object.fromEntries(names.map((name) => [name, formatQuantity(amounts[name] ?? zero)]))
}

export function addAmounts(a: Amounts, b: Amounts): Amounts {
  const sum: Record<string, Quantity> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const other = sum[name]
    sum[name] = other ? addQuantities(other, amount) : amount
  }
  return sum
}

/** What `now` has more than `before`; nothing is less than zero. */
export function increaseOf(now: Amounts, before: Amounts): Amounts {
  return Object.fromEntries(
    Object.entries(now).map(([name, amount]) => {
      const more = subtractQuantities(amount, before[name] ?? zero)
      return [name, more.unscaled > 0n ? more : zero]
    }),
  )
}

/** The larger one of each. */
export function largerOf(a: Amounts, b: Amounts): Amounts {
  const most: Record<string, Quantity> = { ...a }
  for (const [name, amount] of Object.entries(b)) {
    const other = most[name]
    if (!other || compareQuantities(amount, other) > 0) most[name] = amount
  }
  return most
}

export function selectAmounts(amounts: Amounts, select: (name: string, amount: Quantity) => boolean): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name, amount]) => select(name, amount)))
}

/** `cpu=1,memory=2Gi`: as messages show them. */
export function showAmounts(amounts: Amounts): string {
  return Object.entries(writeAmounts(amounts))
    .map(([name, text]) => `${name}=${text}`)
    .join(',')
}
