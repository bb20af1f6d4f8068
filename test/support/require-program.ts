import type { TestContext } from 'vitest'
import type { Program } from './client-programs.js'

/**
 * Path of a program that a test drives. Where it can't be had the test is skipped with the reason, or fails when
 * REQUIRE_CLIENTS=1 says that the machine is meant to have it.
 */
export function requireProgram(program: Program, context: Pick<TestContext, 'skip'>): string {
  if ('path' in program) return program.path
  if (process.env.REQUIRE_CLIENTS === '1') throw new Error(program.missing)
  return context.skip(program.missing)
}
