import { RevisionMismatch, type Store, type Stored } from '../store/store.js'

/**
 * The change of what the cache knows, which mostly is what there is: that spares a question to a store far away. Undefined
 * when it was not: no error and no change that changes nothing counts unless it is one of the newest state.
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
    if (error instanceof RevisionMismatch || !(await isNewest())) return undefined
    throw error
  }
}
