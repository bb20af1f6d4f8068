import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { type HttpClient, httpClient } from '../support/http.js'
import { test as it } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const signer = (name: string) => `kubernetes.io/${name}`
const server = ['digital signature', 'key encipherment', 'server auth']
const client = ['digital signature', 'client auth']
const approval = { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: 'so be it' }] } }

interface SigningRequest extends KubeObject {
  status: { certificate?: string; conditions?: JsonObject[] }
}

/** A PKCS #10 request, PEM in base64, and the file of its key. */
function ask(subject: string, names = '', algorithm = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']) {
  const key = join(temporaryFolder(), 'key.pem')
  const more = names === '' ? [] : ['-addext', `subjectAltName=${names}`]
  const args = ['req', '-new', '-newkey', ...algorithm, '-nodes', '-keyout', key, '-subj', subject, ...more]
  return { key, request: execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'ignore'] }).toString('base64') }
}

/** Of a request that was made and approved, once there is an answer. */
async function answerTo(api: HttpClient, name: string, spec: JsonObject): Promise<SigningRequest['status']> {
  expect((await api.post(path, { metadata: { name }, spec })).status).toBe(201)
  expect((await api.patch(`${path}/${name}/approval`, approval)).status).toBe(200)
  return eventually(`an answer to ${name}`, async () => {
    const { status } = (await api.get(`${path}/${name}`)).json<SigningRequest>()
    return status.certificate !== undefined || (status.conditions?.length ?? 0) > 1 ? status : undefined
  })
}

const certificateIn = ({ certificate = '' }: SigningRequest['status']) =>
  new X509Certificate(Buffer.from(certificate, 'base64'))

describe('approved requests for certificates', () => {
  it('get one that the server lets its holder in with', async ({ api, server: { root, secureUrl } }) => {
    const { key, request } = ask('/O=devs/O=cooks/CN=jane', 'DNS:jane.example.com')
    const spec = { request, signerName: signer('kube-apiserver-client'), usages: client, expirationSeconds: 3600 }
    const status = await answerTo(api, 'jane', spec)
    const certificate = certificateIn(status)
    const ca = readFileSync(join(root, 'cert', 'ca.crt'), 'utf8')
    expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true)
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.subjectAltName).toBe('DNS:jane.example.com')
    expect(certificate.ca).toBe(false)
    expect(Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)).toBe(3_900_000)
    const cert = Buffer.from(status.certificate ?? '', 'base64').toString()
    const jane = httpClient(secureUrl, { ca, cert, key: readFileSync(key, 'utf8') })
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    expect((await jane.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review)).json().status).toMatchObject({
      userInfo: { username: 'jane', groups: ['devs', 'cooks', 'system:authenticated'] },
    })
  })

  it.for<[name: string, spec: () => JsonObject, names: string | undefined]>([
    [
      'a server of a node',
      () => ({
        ...{ request: ask('/O=system:nodes/CN=system:node:n', 'DNS:n,IP:10.0.0.9').request, usages: server },
        signerName: signer('kubelet-serving'),
      }),
      'DNS:n, IP Address:10.0.0.9',
    ],
    [
      'a node',
      () => ({
        ...{ request: ask('/O=system:nodes/CN=system:node:n').request, usages: client },
        signerName: signer('kube-apiserver-client-kubelet'),
      }),
      undefined,
    ],
    [
      'anything, with an RSA key',
      () => ({
        ...{ request: ask('/CN=any', '', ['rsa:2048']).request, usages: ['cert sign', 'any'] },
        signerName: signer('legacy-unknown'),
      }),
      undefined,
    ],
  ])('get one for %s', async ([name, spec, names], { api }) => {
    const certificate = certificateIn(await answerTo(api, name.replaceAll(/\W+/g, '-'), spec()))
    expect(certificate.subjectAltName).toBe(names)
    expect(Math.round((Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000)).toBe(365)
  })

  it.for<[signerName: string, subject: string, names: string, usages: string[], message: string]>([
    ['kube-apiserver-client', '/CN=x', '', server, 'invalid usage for client certificate: server auth'],
    [
      ...(['kube-apiserver-client', '/CN=x', ''] as const),
      ['digital signature'],
      'missing required usage for client certificate: client auth',
    ],
    ['kubelet-serving', '/O=others/CN=system:node:n', 'DNS:n', server, 'subject organization is not system:nodes'],
    ['kubelet-serving', '/O=system:nodes/CN=system:node:n', '', server, 'DNS or IP subjectAltName is required'],
    [
      ...(['kubelet-serving', '/O=system:nodes/CN=system:node:n', 'DNS:n'] as const),
      client,
      'usages did not match [digital signature key encipherment server auth]',
    ],
    [
      ...(['kubelet-serving', '/O=system:nodes/CN=n', 'DNS:n'] as const),
      server,
      'subject common name does not begin with system:node:',
    ],
    [
      ...(['kube-apiserver-client-kubelet', '/O=system:nodes/CN=system:node:n', 'IP:10.0.0.9'] as const),
      client,
      'IP subjectAltNames are not allowed',
    ],
  ])('of %s (%s, %s, %j) are failed: %s', async ([signerName, subject, names, usages, message], { api }) => {
    const { request } = ask(subject, names)
    const name = `failed-${message.replaceAll(/\W+/g, '-').toLowerCase()}`.slice(0, 60).replace(/-$/, '')
    const { conditions, certificate } = await answerTo(api, name, { request, usages, signerName: signer(signerName) })
    expect(conditions?.[1]).toMatchObject({
      ...{ type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message },
    })
    expect(certificate).toBeUndefined()
  })
})
