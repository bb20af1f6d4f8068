import type { Registry } from '../registry/registry.js'
import type { Answer, Call } from './call.js'
import { pageNotFound, plainText } from './plain-text.js'

/** Something that can be wrong; answers with what is, or undefined. */
export interface HealthCheck {
  readonly name: string
  /** A server with this wrong should get no traffic, but need not be restarted. */
  readonly readinessOnly?: boolean
  check(): string | undefined
}

/**
 * `/healthz`, `/livez`, `/readyz` and single checks below them (API-SEMANTICS D60). Reasons stay in the log: these
 * paths are open to everybody.
 */
export function health(path: string, query: URLSearchParams, checks: readonly HealthCheck[]): Answer {
  const [root = '', single] = path.split('/').filter((s) => s !== '')
  const applying = checks.filter((c) => root === 'readyz' || !c.readinessOnly)
  if (single !== undefined) return one(single, applying)
  const excluded = new Set(query.getAll('exclude'))
  const lines: string[] = []
  let failed = false
  for (const { name, check } of applying) {
    if (excluded.delete(name)) lines.push(`[+]${name} excluded: ok`)
    else if (check() === undefined) lines.push(`[+]${name} ok`)
    else {
      failed = true
      lines.push(`[-]${name} failed: reason withheld`)
    }
  }
  for (const name of excluded) lines.push(`warn: some health checks cannot be excluded: no matches for "${name}"`)
  if (failed) return plainText(500, `${lines.join('\n')}\n${root} check failed\n`)
  return plainText(200, query.has('verbose') ? `${lines.join('\n')}\n${root} check passed\n` : 'ok')
}

/**
 * `/apis/<group>/<version>/healthz` of a group that a module defines: who reaches this server through another one alone can
 * ask for its health too, as far as the group's authorization lets them.
 */
export function asksGroupHealth({ info, request }: Call, registry: Registry): boolean {
  const { resource, name, group, version } = info
  if (resource !== 'healthz' || name !== '' || request.method !== 'GET') return false
  const resources = registry.group(group)?.resources(version) ?? []
  return (
    resources.length > 0 && resources.every(({ definition: { rules } }) => !rules?.builtin && !rules?.customResource)
  )
}

function one(name: string, checks: readonly HealthCheck[]): Answer {
  const found = checks.find((c) => c.name === name)
  if (!found) return pageNotFound()
  return found.check() === undefined ? plainText(200, 'ok') : plainText(500, 'internal server error: reason withheld\n')
}
