import { setTimeout as pause } from 'node:timers/promises'

/**
 * Asks again and again until `look` gives something that is neither undefined nor false, and throws nothing.
 * Fails with the last error, or `what`, when that has not happened within the limit.
 */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  within = 60_000,
): Promise<Exclude<T, undefined | false>> {
  const begin = performance.now()
  for (;;) {
    let failure: unknown
    try {
      const found = await look()
      if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>
    } catch (error) {
      failure = error
    }
    if (performance.now() - begin > within) throw new Error(`not within ${within} ms: ${what}`, { cause: failure })
    // Seldom enough to leave the processor to what is waited for.
    await pause(Math.min(100, 10 + (performance.now() - begin) / 20))
  }
}
