import { execFile, execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { ensureCertificates } from '../../src/certs/certificates.js'
import { silentLog } from '../../src/meta/log.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const newCertDir = () => join(temporaryFolder(), 'cert')
const ensure = (certDir: string, now = new Date()) =>
  ensureCertificates({ certDir, hostNames: ['box.example'], addresses: [], log: silentLog, now })

/** Runs what the machine has; each skip says what was missing. */
function hasCommand(command: string): boolean {
  return (process.env.PATH ?? '').split(':').some((dir) => existsSync(join(dir, command)))
}

test('a CA somebody put in place signs, RSA too', async (context) => {
  if (!hasCommand('openssl')) return context.skip('no openssl')
  const dir = newCertDir()
  mkdirSync(dir)
  const ca = ['-keyout', join(dir, 'ca.key'), '-out', join(dir, 'ca.crt'), '-days', '9000', '-subj', '/CN=company']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...ca], { stdio: 'ignore' })
  const made = await ensure(dir, new Date('2030-01-01T00:00:00Z'))
  expect(new X509Certificate(made.serverCert).issuer).toBe('CN=company')
  expect(
    execFileSync('openssl', [
      'verify',
      '-CAfile',
      join(dir, 'ca.crt'),
      '-attime',
      '1900000000',
      join(dir, 'server.crt'),
    ]).toString(),
  ).toContain('OK')
})

describe('with the tools users have', () => {
  test('openssl: strict verification, and client.p12 without the legacy provider', async (context) => {
    if (!hasCommand('openssl')) return context.skip('no openssl')
    const dir = newCertDir()
    await ensure(dir)
    const verify = ['verify', '-x509_strict', '-CAfile', join(dir, 'ca.crt')]
    expect(execFileSync('openssl', [...verify, '-purpose', 'sslserver', join(dir, 'server.crt')]).toString()).toContain(
      'OK',
    )
    expect(execFileSync('openssl', [...verify, '-purpose', 'sslclient', join(dir, 'client.crt')]).toString()).toContain(
      'OK',
    )
    const p12 = ['pkcs12', '-in', join(dir, 'client.p12'), '-passin', 'pass:P@ssw0rd', '-nodes']
    const contents = execFileSync('openssl', p12, { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
    expect(contents).toContain('localKeyID')
    expect(contents).toContain(readFileSync(join(dir, 'client.crt'), 'utf8').trim())
    expect(contents).toContain(readFileSync(join(dir, 'client.key'), 'utf8').trim())
    expect(contents).toContain(readFileSync(join(dir, 'ca.crt'), 'utf8').trim())
  })

  test('curl: trusts ca.crt, and shows client.p12 as the user admin', async (context) => {
    if (!hasCommand('curl')) return context.skip('no curl')
    const made = await ensure(newCertDir())
    const server = createServer(
      { cert: made.serverCert, key: made.serverKey, ca: made.caCert, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const socket = request.socket as TLSSocket
        const { CN, O } = socket.getPeerCertificate().subject
        response.end(`${socket.authorized} ${CN} ${O}`)
      },
    )
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const curl = [
        '-sS',
        '--cacert',
        made.paths.caCert,
        '--cert-type',
        'P12',
        '--cert',
        `${made.paths.clientPkcs12}:P@ssw0rd`,
      ]
      const { stdout } = await promisify(execFile)('curl', [...curl, `https://localhost:${port}/`])
      expect(stdout).toBe('true admin system:masters')
    } finally {
      server.close()
    }
  })
})
