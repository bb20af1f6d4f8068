/**
 * Milliseconds of processor time that `work` takes: what a limit on an algorithm is judged by, since time on the wall
 * depends on what else the machine does.
 */
export function cpuTime(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
