import { parseQuantity } from '../../../meta/quantity.js'

/** Bytes that are no whole number, such as the `100m` of somebody who meant mebibytes. */
export function fractionWarnings(
  amounts: Readonly<Record<string, string>>,
  path: string,
  names: readonly string[] = ['memory', 'ephemeral-storage'],
): string[] {
  return names.flatMap((name) => {
    const amount = amounts[name]
    if (amount === undefined) return []
    const { scale, unscaled } = parseQuantity(amount)
    const isWhole = scale >= 0 || unscaled % 10n ** BigInt(-scale) === 0n
    return isWhole ? [] : [`${path}[${name}]: fractional byte value "${amount}" is invalid, must be an integer`]
  })
}
