const conforming = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/
const stability = { ga: 2, beta: 1, alpha: 0 } as const

/**
 * Kubernetes' order of version names, best first: GA, beta, alpha, then the higher number; names of another form
 * come last, alphabetically (API-SEMANTICS D06).
 */
export function compareVersions(a: string, b: string): number {
  const [pa, pb] = [conforming.exec(a), conforming.exec(b)]
  if (!pa || !pb) return pa ? -1 : pb ? 1 : a < b ? -1 : a > b ? 1 : 0
  const level = (m: RegExpExecArray) => stability[(m[2] ?? 'ga') as keyof typeof stability]
  return level(pb) - level(pa) || Number(pb[1]) - Number(pa[1]) || Number(pb[3] ?? 0) - Number(pa[3] ?? 0)
}
