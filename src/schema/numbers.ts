/** Numbers as upstream compares them: integers exactly, others as doubles. */

/** Whether a double is an integer, but for an error of rounding, that JSON can hold exactly. */
export function isInteger(value: number): boolean {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return false
  const nearest = Math.trunc(value)
  if (value === nearest) return true
  return nearest !== 0 && Math.abs(value - nearest) / (Math.abs(value) + Math.abs(nearest)) < 1e-9
}

/** `factor` is above 0; one that is a bigint is of integers. */
export function isMultipleOf(value: number | bigint, factor: number | bigint): boolean {
  if (typeof factor === 'bigint') return BigInt(value) % factor === 0n
  const double = Number(value)
  return isInteger(factor < 1 ? (1 / factor) * double : double / factor)
}

const largestFloat = 3.4028235677973366e38

/** Whether a number can be of that type and format without loss. */
export function fitsFormat(value: number | bigint, type: string, format: string): boolean {
  if (type === 'number') return format !== 'float' || Math.abs(Number(value)) < largestFloat
  if (type !== 'integer') return true
  if (typeof value === 'number' && !Number.isInteger(value)) return false
  const bits = format === 'int32' ? 2 ** 31 : 2 ** 63
  return value >= -bits && value < bits
}
