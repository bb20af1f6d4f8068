const [minInt64, maxInt64] = [-(2n ** 63n), 2n ** 63n - 1n]

/**
 * A decimal integer as upstream's JSON reader takes it: exact within 64 bits (bigint where a double would not be),
 * a double beyond.
 */
export function readInteger(literal: string): number | bigint {
  const double = Number(literal)
  if (Number.isSafeInteger(double)) return double
  const exact = BigInt(literal)
  return exact >= minInt64 && exact <= maxInt64 ? exact : double
}
