import { join } from 'node:path'
import { load } from 'js-yaml'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Certificates, ensureCertificates } from '../../src/certs/certificates.js'
import { kubeconfig } from '../../src/cli/kubeconfig.js'
import { silentLog } from '../../src/meta/log.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const folder = temporaryFolder()
let made: Certificates
beforeAll(async () => {
  const certDir = join(folder, 'root', 'cert')
  made = await ensureCertificates({ certDir, hostNames: [], addresses: [], log: silentLog, now: new Date() })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')

async function parsed(flags: Partial<Parameters<typeof kubeconfig>[0]>) {
  const text = await kubeconfig({ fileRootpath: 'root', securePort: 8443, duration: 3_600_000, ...flags }, folder)
  const { clusters, users, ...rest } = load(text) as { clusters: [{ cluster: object }]; users: [{ user: object }] }
  return { cluster: clusters[0].cluster, user: users[0].user, rest }
}

describe('a kubeconfig', () => {
  test('embeds the CA and the client certificate', async () => {
    expect(await parsed({})).toEqual({
      cluster: { server: 'https://127.0.0.1:8443', 'certificate-authority-data': base64(made.caCert) },
      user: {
        'client-certificate-data': base64(made.clientCert),
        'client-key-data': base64(made.clientKey),
      },
      rest: {
        apiVersion: 'v1',
        kind: 'Config',
        contexts: [{ name: 'wukong', context: { cluster: 'wukong', user: 'wukong', namespace: 'default' } }],
        'current-context': 'wukong',
      },
    })
  })

  test('holds a token instead, whatever it is made of', async () => {
    for (const token of ['plain', 'a: "b" #c', '12345', 'true']) {
      expect((await parsed({ token })).user).toEqual({ token })
    }
  })

  test.each<[Partial<Parameters<typeof kubeconfig>[0]>, string]>([
    [{ securePort: 9443 }, 'https://127.0.0.1:9443'],
    [{ server: new URL('https://box.example:443/') }, 'https://box.example'],
    [{ server: new URL('https://box.example/base') }, 'https://box.example/base'],
  ])('%j', async (flags, server) => expect((await parsed(flags)).cluster).toMatchObject({ server }))

  test('finds certificates elsewhere', async () => {
    expect((await parsed({ fileRootpath: 'nowhere', certDir: 'root/cert' })).user).toHaveProperty('client-key-data')
  })

  test('of a root without certificates is refused', async () => {
    await expect(parsed({ fileRootpath: 'nowhere' })).rejects.toThrow(
      `${join(folder, 'nowhere/cert/ca.crt')} does not exist: start the server once, or name`,
    )
  })
})
