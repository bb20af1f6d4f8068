import type { SerializedError } from 'vitest'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/**
 * Beside vitest's own report, last of all: every skip with its reason, every test that passed only when it was tried
 * again and why, then `N passed, N failed` on a line of its own.
 *
 * A second try forgives a machine that was busy, not a write that was lost: in test/crash it fails the run all the same.
 *
 * With REQUIRE_CLIENTS=1 a skip fails the run: on such a machine every client is meant to be there. Only a test that a
 * variant rules out (a memory store has nothing to find again after a restart) may stay out, by a reason that begins
 * with `does not apply:`.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const ended = (state: string) => tests.filter((test) => test.result().state === state)
    const skips = ended('skipped').map((test) => ({ test, reason: reasonOf(test) }))
    const unwanted =
      process.env.REQUIRE_CLIENTS === '1' ? skips.filter(({ reason }) => !reason.startsWith('does not apply:')) : []
    const unsteady = ended('passed').filter((test) => test.diagnostic()?.flaky)
    const lossy = unsteady.filter(({ module }) => module.relativeModuleId.startsWith('test/crash/'))
    const broken = modules.filter((module) => module.errors().length > 0)
    for (const line of describeSkips(skips)) console.log(line)
    if (unwanted.length > 0) {
      console.log(`REQUIRE_CLIENTS=1: ${unwanted.length} skipped where nothing may be`)
      process.exitCode = 1
    }
    for (const test of unsteady) {
      console.log(`tried twice: ${test.fullName} (${test.module.relativeModuleId})`)
      for (const { message, stack } of test.result().errors ?? []) console.log(`  ${stack ?? message}`)
    }
    if (lossy.length > 0) process.exitCode = 1
    const failed = ended('failed').length + lossy.length + unwanted.length + broken.length + errors.length
    console.log(`${ended('passed').length - lossy.length} passed, ${failed} failed`)
  }
}

function reasonOf(test: TestCase): string {
  const result = test.result()
  return (result.state === 'skipped' && result.note) || 'no reason given'
}

/** One line a reason and file: a missing kubectl takes many tests with it. */
function describeSkips(skips: readonly { test: TestCase; reason: string }[]): string[] {
  const groups = new Map<string, string[]>()
  for (const { test, reason } of skips) {
    const place = `${test.module.relativeModuleId}: ${reason}`
    groups.set(place, [...(groups.get(place) ?? []), test.fullName])
  }
  return [...groups].map(([place, names]) => {
    const which = names.length === 1 ? names[0] : `${names.length} tests`
    return `skipped: ${which} (${place})`
  })
}
