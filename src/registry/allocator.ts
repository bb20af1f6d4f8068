import type { Stored } from '../store/store.js'
import type { AdmissionRequest } from './admission.js'

/** Gives objects what only one object may have at a time: addresses, ports. */
export interface Allocator {
  /**
   * Called before a new or changed object is validated, and completes it. What it gave is taken until the answer is
   * called: once, when the write is over, with what was stored, or undefined when nothing was.
   * @throws StatusError when what the object asks for is taken
   */
  allocate(request: AdmissionRequest): ((stored: Stored | undefined) => void) | undefined
}

/** Runs `write` with what the object is given, which is free again if nothing comes of it. */
export async function withAllocation(
  allocator: Allocator,
  request: AdmissionRequest,
  write: () => Promise<Stored>,
): Promise<Stored> {
  const settle = allocator.allocate(request)
  if (!settle) return write()
  let stored: Stored | undefined
  try {
    stored = await write()
    return stored
  } finally {
    settle(request.dryRun ? undefined : stored)
  }
}

/** Each in turn completes the object. */
export function chainAllocators(parts: readonly Allocator[]): Allocator {
  return {
    allocate(request) {
      const settle: ((stored: Stored | undefined) => void)[] = []
      const settleAll = (stored: Stored | undefined) => {
        for (const one of settle) one(stored)
      }
      try {
        for (const part of parts) {
          const one = part.allocate(request)
          if (one) settle.push(one)
        }
      } catch (error) {
        settleAll(undefined)
        throw error
      }
      return settle.length > 0 ? settleAll : undefined
    },
  }
}
