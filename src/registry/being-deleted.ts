import { decodeStored } from '../store/encode.js'
import type { Stored } from '../store/store.js'

/** Kept: a namespace is asked about at every create, and far more often than it changes. */
const known = new WeakMap<Stored, boolean>()

/** Whether the object has a deletionTimestamp. */
export function isBeingDeleted(stored: Stored): boolean {
  let answer = known.get(stored)
  if (answer === undefined) {
    answer = decodeStored(stored).metadata.deletionTimestamp !== undefined
    known.set(stored, answer)
  }
  return answer
}
