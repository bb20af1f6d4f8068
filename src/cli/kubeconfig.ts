import { join, resolve } from 'node:path'
import { readOwnFile } from '../certs/cert-dir.js'
import { certificatePaths } from '../certs/certificates.js'

export interface KubeconfigFlags {
  readonly fileRootpath: string
  readonly certDir?: string
  readonly securePort: number
  readonly server?: URL
  readonly token?: string
}

/**
 * A kubeconfig for a root: the CA embedded, and the token or else the client certificate.
 * @throws Error when the root has no certificates yet
 */
export async function kubeconfig(flags: KubeconfigFlags, folder: string): Promise<string> {
  const certDir = resolve(folder, flags.certDir || join(flags.fileRootpath, 'cert'))
  const paths = certificatePaths(certDir)
  const read = async (path: string) => {
    const text = await readOwnFile(path)
    if (text === undefined) {
      throw new Error(
        `${path} does not exist: start the server once, or name its folder with --file-rootpath or --cert-dir`,
      )
    }
    return Buffer.from(text).toString('base64')
  }
  const caCert = await read(paths.caCert)
  const user = flags.token
    ? [['token', flags.token]]
    : [
        ['client-certificate-data', await read(paths.clientCert)],
        ['client-key-data', await read(paths.clientKey)],
      ]
  const server = flags.server?.href.replace(/\/$/, '') ?? `https://127.0.0.1:${flags.securePort}`
  return `apiVersion: v1
kind: Config
clusters:
- name: wukong
  cluster:
    server: ${JSON.stringify(server)}
    certificate-authority-data: ${caCert}
users:
- name: wukong
  user:
${user.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`).join('\n')}
contexts:
- name: wukong
  context:
    cluster: wukong
    user: wukong
    namespace: default
current-context: wukong
`
}
