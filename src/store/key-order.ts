/**
 * Bytewise order of the UTF-8 forms, without encoding them. It differs from the order of JavaScript strings only
 * where a surrogate pair meets a code unit above the surrogates.
 */
export function compareBytewise(a: string, b: string): number {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
