import { randomInt } from 'node:crypto'

/** No vowels and no look-alikes, so that no name spells a word (API-SEMANTICS V23). */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789'
const suffixLength = 5
const maxBaseLength = 63 - suffixLength

/** `base`, cut to 58 characters, and five random ones. `random(n)` answers with an integer from 0 to n - 1. */
export function generateName(base: string, random: (below: number) => number = randomInt): string {
  let name = base.slice(0, maxBaseLength)
  for (let i = 0; i < suffixLength; i++) name += alphabet.charAt(random(alphabet.length))
  return name
}
