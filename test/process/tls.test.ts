import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type PeerCertificate } from 'node:tls'
import { describe, expect, it, type TestContext } from 'vitest'
import { findProgram } from '../support/client-programs.js'
import { eventually } from '../support/eventually.js'
import { httpClient } from '../support/http.js'
import { requireProgram } from '../support/require-program.js'
import { startServer, type TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** An authority of somebody else, made with openssl, and what it signs. */
function newAuthority(context: TestContext) {
  const openssl = requireProgram(findProgram('openssl'), context)
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  const run = (...args: string[]) => execFileSync(openssl, args, { cwd: folder, stdio: 'pipe' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=own authority')
  const sign = (name: string, subject: string) => {
    run('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject)
    const ca = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    run('x509', '-req', '-in', `${name}.csr`, ...ca, '-out', `${name}.crt`)
    return { cert: readFileSync(file(`${name}.crt`), 'utf8'), key: readFileSync(file(`${name}.key`), 'utf8') }
  }
  return { file, sign }
}

const peerOf = (server: TestServer, options: ConnectionOptions = {}) =>
  new Promise<PeerCertificate>((resolve, reject) => {
    const { port, hostname: host } = new URL(server.secureUrl)
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false, ...options }, () => {
      resolve(socket.getPeerCertificate())
      socket.destroy()
    })
    socket.on('error', reject)
  })

describe('certificates', () => {
  it('are made on the first start, for every name of this machine, and kept', async () => {
    const server = await startServer({ ownCertificates: true })
    const peer = await peerOf(server)
    const names = peer.subjectaltname?.split(', ') ?? []
    expect(names).toEqual(expect.arrayContaining(['DNS:localhost', 'IP Address:127.0.0.1', `DNS:${hostname()}`]))
    expect(names.some((name) => /^IP Address:0:0:0:0:0:0:0:1$|^IP Address:::1$/.test(name))).toBe(true)
    for (const name of ['client.key', 'client.p12', 'ca.crt']) {
      expect(statSync(join(server.root, 'cert', name)).mode & 0o777, name).toBe(0o600)
    }
    expect(statSync(join(server.root, 'cert')).mode & 0o777).toBe(0o700)
    expect(readFileSync(join(server.root, 'cert', '.gitignore'), 'utf8').trim()).toBe('*')
    await server.stop()
    const again = await startServer({ root: server.root })
    expect((await peerOf(again)).fingerprint256).toBe(peer.fingerprint256)
    await again.stop()
  })

  it('may be somebody else’s, and are used anew once they have changed', async (context) => {
    const { file, sign } = newAuthority(context)
    sign('server', '/CN=example')
    const flags = [`--tls-cert-file=${file('server.crt')}`, `--tls-private-key-file=${file('server.key')}`]
    const server = await startServer({ args: [...flags, '--tls-min-version=VersionTLS13'] })
    expect((await peerOf(server)).subject.CN).toBe('example')
    await expect(peerOf(server, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/protocol version/)
    const renewed = sign('renewed', '/CN=renewed')
    writeFileSync(file('server.crt'), renewed.cert)
    await eventually('the server says that the key does not fit', () => server.stderr().includes('not used yet'))
    expect((await peerOf(server)).subject.CN).toBe('example')
    writeFileSync(file('server.key'), renewed.key)
    await eventually('the renewed certificate is used', async () => (await peerOf(server)).subject.CN === 'renewed')
    await server.stop()
  })

  it('A03: of clients name user and groups, if the authority is the one trusted', async (context) => {
    const { file, sign } = newAuthority(context)
    const flags = [`--client-ca-file=${file('ca.crt')}`, '--authorization-mode=RBAC', '--authn-allow-localhost=false']
    const server = await startServer({ args: flags })
    const as = (pair: { cert: string; key: string }) => httpClient(server.secureUrl, pair).get('/wukong')
    expect((await as(sign('bob', '/O=qa/O=system:masters/CN=bob'))).status).toBe(200)
    const eve = await as(sign('eve', '/O=staff/CN=eve'))
    expect(eve.status).toBe(403)
    expect(eve.json()).toMatchObject({ message: 'forbidden: User "eve" cannot get path "/wukong"' })
    const stranger = newAuthority(context).sign('bob', '/O=system:masters/CN=bob')
    expect((await as(stranger)).status).toBe(401)
    const nobody = await server.api.get('/wukong')
    expect(nobody.json()).toMatchObject({ code: 403 })
    await server.stop()
  })
})
