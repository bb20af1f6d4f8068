import { readFile } from 'node:fs/promises'
import type { Auditor } from '../auth/audit/auditor.js'
import type { ServerOptions } from '../server-options.js'

/** What notes requests, loaded only where they are noted. @throws Error naming the policy file and what is wrong with it */
export async function newAuditor(
  { audit, log }: ServerOptions,
  undo: (() => Promise<void>)[],
): Promise<Auditor | undefined> {
  if (!audit) return undefined
  const [{ createAuditor }, { openAuditLog }, { checkPolicy }, { parseYaml }] = await Promise.all([
    import('../auth/audit/auditor.js'),
    import('../auth/audit/audit-log.js'),
    import('../auth/audit/policy.js'),
    import('../codec/yaml.js'),
  ])
  const { policyFile, ...options } = audit
  try {
    const policy = checkPolicy(parseYaml(await readFile(policyFile, 'utf8')).value)
    const file = openAuditLog(options, log)
    undo.push(() => file.close())
    return createAuditor(policy, file, () => new Date())
  } catch (error) {
    throw new Error(`audit policy ${policyFile}: ${(error as Error).message}`, { cause: error })
  }
}
