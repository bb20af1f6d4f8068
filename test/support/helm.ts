import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { kubeconfig } from './kubectl.js'
import type { TestServer } from './server.js'
import { temporaryFolder } from './temporary-folder.js'

/** Runs helm with a home of its own, over HTTPS with the client certificate. @throws with what it said when it fails */
export type Helm = (args: string) => Promise<string>

export function helmFor(path: string, server: TestServer, namespace: string): Helm {
  const home = temporaryFolder()
  const config = join(home, 'config')
  writeFileSync(config, JSON.stringify(kubeconfig(server, 'client certificate')), { mode: 0o600 })
  const env = { PATH: process.env.PATH, HOME: home, KUBECONFIG: config, HELM_NAMESPACE: namespace }
  return async (args) => {
    const { stdout } = await promisify(execFile)(path, args.split(' '), { env, timeout: 50_000 })
    return stdout
  }
}
