const works: (() => void)[] = []
process.on('exit', () => {
  for (const work of works) work()
})
// Vitest ends its workers by this signal, of which no `exit` comes by itself.
process.once('SIGTERM', () => process.exit())

/** Calls `work`, which may not wait, when this process ends: so that nothing it started outlives it. */
export function atExit(work: () => void): void {
  works.push(work)
}
