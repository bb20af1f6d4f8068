import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ensureCertificates } from '../../src/certs/certificates.js'
import { silentLog } from '../../src/meta/log.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const newCertDir = () => join(temporaryFolder(), 'cert')

const day = 86_400_000
const start = new Date('2030-01-01T00:00:00Z')
const later = (days: number) => new Date(start.getTime() + days * day)

function ensure(certDir: string, changes: { now?: Date; hostNames?: string[]; addresses?: string[] } = {}) {
  const { now = start, hostNames = ['box.example'], addresses = [] } = changes
  return ensureCertificates({ certDir, hostNames, addresses, log: silentLog, now })
}

const fingerprints = (dir: string) =>
  Object.fromEntries(
    ['ca', 'server', 'client'].map((n) => [n, new X509Certificate(readFileSync(join(dir, `${n}.crt`))).fingerprint256]),
  )

/** Which of the three certificates differ. */
const renewed = (before: Record<string, string>, after: Record<string, string>) =>
  Object.keys(before).filter((name) => before[name] !== after[name])

describe('first start', () => {
  test('makes an EC authority, a server and a client certificate', async () => {
    const dir = newCertDir()
    const made = await ensure(dir, { addresses: ['192.0.2.7'] })
    const [ca, server, client] = [made.caCert, made.serverCert, made.clientCert].map((pem) => new X509Certificate(pem))
    expect(ca?.ca).toBe(true)
    expect(ca?.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(server?.verify(ca?.publicKey as never)).toBe(true)
    expect(server?.subjectAltName).toBe(
      'DNS:localhost, DNS:box.example, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:192.0.2.7',
    )
    expect(client?.subject).toBe('O=system:masters\nCN=admin')
    expect(client?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(server?.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  })

  test('guards keys: directory 0700, files 0600, ignored by git, nothing left over', async () => {
    const dir = newCertDir()
    await ensure(dir)
    const files = [
      '.gitignore',
      'ca.crt',
      'ca.key',
      'client.crt',
      'client.key',
      'client.p12',
      'server.crt',
      'server.key',
    ]
    expect(readdirSync(dir).sort()).toEqual(files)
    expect(statSync(dir).mode & 0o777).toBe(0o700)
    for (const file of files) expect(statSync(join(dir, file)).mode & 0o777, file).toBe(0o600)
    expect(readFileSync(join(dir, '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('leaves the mode of a directory that is there', async () => {
    const dir = newCertDir()
    mkdirSync(dir)
    chmodSync(dir, 0o750)
    await ensure(dir)
    expect(statSync(dir).mode & 0o777).toBe(0o750)
  })

  test('a host name that no certificate can hold is left out', async () => {
    const made = await ensure(newCertDir(), { hostNames: ['münchen box', '-x', 'ok'] })
    expect(new X509Certificate(made.serverCert).subjectAltName).toContain('DNS:localhost, DNS:ok, IP')
  })
})

describe('what is kept and what is renewed', () => {
  const cases: {
    name: string
    change?: (dir: string) => void
    with?: Parameters<typeof ensure>[1]
    renews: string[]
  }[] = [
    { name: 'nothing changed', renews: [] },
    { name: '334 days later', with: { now: later(334) }, renews: [] },
    { name: '336 days later', with: { now: later(336) }, renews: ['server', 'client'] },
    { name: 'the authority expires', with: { now: later(3650 - 29) }, renews: ['ca', 'server', 'client'] },
    { name: 'the clock went back', with: { now: later(-400) }, renews: [] },
    { name: 'another host name', with: { hostNames: ['other'] }, renews: ['server'] },
    { name: 'a host name fewer', with: { hostNames: [] }, renews: [] },
    { name: 'another address', with: { addresses: ['192.0.2.1'] }, renews: ['server'] },
    { name: 'server.key gone', change: (dir) => rmSync(join(dir, 'server.key')), renews: ['server'] },
    {
      name: 'server.crt is no certificate',
      change: (dir) => writeFileSync(join(dir, 'server.crt'), 'x'),
      renews: ['server'],
    },
    {
      name: 'a crash between server.key and server.crt',
      change: (dir) => writeFileSync(join(dir, 'server.key'), readFileSync(join(dir, 'client.key'))),
      renews: ['server'],
    },
    { name: 'client.p12 gone', change: (dir) => rmSync(join(dir, 'client.p12')), renews: ['client'] },
    {
      name: 'ca.key kept elsewhere, nothing to sign',
      change: (dir) => rmSync(join(dir, 'ca.key')),
      renews: [],
    },
    {
      name: 'only ca.crt and ca.key copied',
      change: (dir) => {
        for (const file of ['server.crt', 'client.crt'])
          writeFileSync(join(dir, file), readFileSync(join(dir, 'ca.crt')))
      },
      renews: ['server', 'client'],
    },
  ]
  test.each(cases)('$name: $renews', async ({ change, with: changes, renews }) => {
    const dir = newCertDir()
    await ensure(dir)
    const before = fingerprints(dir)
    change?.(dir)
    await ensure(dir, changes)
    const after = fingerprints(dir)
    expect(renewed(before, after)).toEqual(renews)
    await ensure(dir, changes)
    expect(renewed(after, fingerprints(dir)), 'a second start changes nothing').toEqual([])
  })
})

describe('refused', () => {
  const cases: { name: string; change: (dir: string) => void; message: RegExp }[] = [
    {
      name: 'ca.key missing when something has to be signed',
      change: (dir) => {
        rmSync(join(dir, 'ca.key'))
        rmSync(join(dir, 'server.crt'))
      },
      message: /ca\.key is missing, and certificates have to be made; put it back, or delete .*ca\.crt too/,
    },
    {
      name: 'ca.key of another authority',
      change: (dir) => writeFileSync(join(dir, 'ca.key'), readFileSync(join(dir, 'server.key'))),
      message: /ca\.key is not the key of .*ca\.crt/,
    },
    {
      name: 'ca.crt of no authority',
      change: (dir) => {
        writeFileSync(join(dir, 'ca.crt'), readFileSync(join(dir, 'server.crt')))
        writeFileSync(join(dir, 'ca.key'), readFileSync(join(dir, 'server.key')))
      },
      message: /ca\.crt is not the certificate of an authority/,
    },
    {
      name: 'ca.crt damaged',
      change: (dir) => writeFileSync(join(dir, 'ca.crt'), '???'),
      message: /ca\.crt is not a PEM certificate/,
    },
    {
      name: 'a linked key',
      change: (dir) => {
        rmSync(join(dir, 'server.key'))
        symlinkSync('/etc/hostname', join(dir, 'server.key'))
      },
      message: /server\.key is a symbolic link/,
    },
  ]
  test.each(cases)('$name', async ({ change, message }) => {
    const dir = newCertDir()
    await ensure(dir)
    change(dir)
    await expect(ensure(dir)).rejects.toThrow(message)
  })

  test('a linked directory: nothing is written where it leads', async () => {
    const dir = newCertDir()
    const elsewhere = newCertDir()
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, dir)
    await expect(ensure(dir)).rejects.toThrow(/is a symbolic link/)
    expect(readdirSync(elsewhere)).toEqual([])
  })
})
