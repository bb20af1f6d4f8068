import { generateKeyPairSync } from 'node:crypto'
import { makeOwnFile, prepareCertDir } from './cert-dir.js'

/** The key that signs tokens where no other is given: PEM, made when it is first needed. */
export async function ensureTokenKey(certDir: string): Promise<string> {
  await prepareCertDir(certDir)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return makeOwnFile(certDir, 'service-account.key', pem)
}
