import { StatusError } from '../meta/status.js'
import { RevisionMismatch, type Store, type Stored } from '../store/store.js'

/**
 * The change of what the cache knows, which mostly is what there is: that spares a question to a store far away. Undefined
 * when it was not: no refusal and no change that changes nothing counts unless it is one of the newest state. When the
 * store fails, nobody knows whether the change was made: that is told, and nothing is tried again.
 */
export async function changeGuess(
  store: Pick<Store, 'get'>,
  guess: Stored,
  attempt: (stored: Stored) => Promise<Stored>,
): Promise<Stored | undefined> {
  const isNewest = async () => (await store.get(guess.key))?.revision === guess.revision
  try {
    const done = await attempt(guess)
    return done !== guess || (await isNewest()) ? done : undefined
  } catch (error) {
    if (error instanceof RevisionMismatch) return undefined
    const isRefusal = error instanceof StatusError && error.code < 500
    if (!isRefusal || (await isNewest())) throw error
    return undefined
  }
}
