import { it } from 'vitest'
import { findEtcd } from './etcd.js'
import { requireProgram } from './require-program.js'

/** Declares tests that need etcd. Where there is none, one test in their place is skipped with the reason, or fails. */
export function whereEtcdIs(declare: (binary: string) => void): void {
  const program = findEtcd()
  if ('path' in program) declare(program.path)
  else it('over etcd', (context) => void requireProgram(program, context))
}
