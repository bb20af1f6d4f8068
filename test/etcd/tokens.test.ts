import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { overEtcd, startEtcd } from '../support/etcd.js'
import { created } from '../support/expect-answer.js'
import { httpClient } from '../support/http.js'
import { startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { whereEtcdIs } from '../support/where-etcd-is.js'

interface Review {
  readonly status: { readonly userInfo: { readonly username: string } }
}

const accounts = '/api/v1/namespaces/default/serviceaccounts'

whereEtcdIs((binary) => {
  it('what one server signs with a key they share, the other believes, and nobody without it', async () => {
    const etcd = await startEtcd(binary)
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const key = join(temporaryFolder(), 'sa.key')
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const own = overEtcd(etcd)
    const shared = [...own, `--service-account-signing-key-file=${key}`]
    const servers = await Promise.all([shared, shared, own].map((args) => startServer({ args })))
    const [first, second, other] = servers
    if (!first || !second || !other) throw new Error('there are not three servers')
    created(await first.api.post(accounts, { metadata: { name: 'known' } }))
    const { status } = created<{ status: { token: string } }>(
      await first.api.post(`${accounts}/known/token`, { spec: {} }),
    )
    const asked = servers.map(async ({ url }) => {
      const client = httpClient(url, { headers: { authorization: `Bearer ${status.token}` } })
      const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
      const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review)
      return answer.status === 201 ? answer.json<Review>().status.userInfo.username : answer.status
    })
    const name = 'system:serviceaccount:default:known'
    expect(await Promise.all(asked)).toEqual([name, name, 401])
    await Promise.all(servers.map((server) => server.stop()))
    await etcd.stop()
  })
})
