import { X509Certificate } from 'node:crypto'

const block = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END \1-----/g

/**
 * What is wrong with the authorities a webhook is to be trusted by, in the words of Go's client; undefined when one of
 * them can be read. `bundle` is PEM in base64; an empty one names no authorities, and is right.
 */
export function caBundleProblem(bundle: string): string | undefined {
  const pem = Buffer.from(bundle, 'base64').toString('latin1')
  if (pem === '') return undefined
  const blocks = [...pem.matchAll(block)]
  if (blocks.length === 0) return 'unable to load root certificates: unable to parse bytes as PEM block'
  let problem = 'no valid certificate authority data seen'
  for (const [text, type] of blocks) {
    if (type !== 'CERTIFICATE') continue
    try {
      new X509Certificate(text)
      return undefined
    } catch {
      problem = 'failed to parse certificate: x509: malformed certificate'
    }
  }
  return `unable to load root certificates: ${problem}`
}
