import { join, resolve } from 'node:path'
import { readOwnFile } from '../certs/cert-dir.js'
import { certificatePaths } from '../certs/certificates.js'
import { requestToken } from './service-account-token.js'

export interface KubeconfigFlags {
  readonly fileRootpath: string
  readonly certDir?: string
  readonly securePort: number
  readonly server?: URL
  readonly token?: string
  readonly serviceaccount?: { readonly namespace: string; readonly name: string }
  /** Of the service account's token, milliseconds. */
  readonly duration: number
}

/**
 * A kubeconfig for a root: the CA embedded, and a token, that of a service account, which a running server is asked for,
 * or else the client certificate.
 * @throws Error when the root has no certificates yet, or no server answers
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
    return text
  }
  const ca = await read(paths.caCert)
  const server = flags.server?.href.replace(/\/$/, '') ?? `https://127.0.0.1:${flags.securePort}`
  const certificate = async () => ({ cert: await read(paths.clientCert), key: await read(paths.clientKey) })
  const { serviceaccount: account, duration, token } = flags
  const given = account
    ? await requestToken({ server: new URL(server), ca, ...(await certificate()) }, account, duration)
    : token
  const user = given ? { token: given } : embedded(await certificate())
  return written(server, ca, user, account?.namespace ?? 'default')
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

function embedded({ cert, key }: { cert: string; key: string }): Record<string, string> {
  return { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) }
}

function written(server: string, ca: string, user: Record<string, string>, namespace: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: wukong
  cluster:
    server: ${JSON.stringify(server)}
    certificate-authority-data: ${base64(ca)}
users:
- name: wukong
  user:
${Object.entries(user)
  .map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`)
  .join('\n')}
contexts:
- name: wukong
  context:
    cluster: wukong
    user: wukong
    namespace: ${namespace}
current-context: wukong
`
}
