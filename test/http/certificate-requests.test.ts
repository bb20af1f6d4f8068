import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Answer } from '../support/http.js'
import { test as it } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const said = (answer: Answer) => [answer.status, answer.json().message]

/** PEM, in base64: a request for the name `jane`, or with `-x509` a certificate. */
function pem(...more: string[]): string {
  const key = join(temporaryFolder(), 'key.pem')
  const args = ['req', '-new', ...more, '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const stdio = ['ignore', 'pipe', 'ignore'] as const
  return execFileSync('openssl', [...args, '-keyout', key, '-subj', '/CN=jane'], { stdio: [...stdio] }).toString(
    'base64',
  )
}

it('says who asks, and is approved once for all by the subresource for that', async ({ api }) => {
  const spec = {
    request: pem(),
    signerName: 'example.com/signer',
    usages: ['client auth'],
    username: 'somebody-else',
    expirationSeconds: 3600,
  }
  const made = await api.post(path, { metadata: { name: 'jane' }, spec })
  expect(made.status).toBe(201)
  expect(made.json().spec).toMatchObject({ username: 'admin', groups: expect.arrayContaining(['system:masters']) })

  const approved = { type: 'Approved', status: 'True', reason: 'Why', message: 'because' }
  const early = await api.patch(`${path}/jane/status`, { status: { conditions: [approved] } })
  expect(said(early)).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "jane" is invalid: ' +
      'status.conditions: Forbidden: updates may not add a condition of type "Approved"',
  ])
  const done = await api.patch(`${path}/jane/approval`, { spec: { usages: [] }, status: { conditions: [approved] } })
  expect(done.status).toBe(200)
  expect(done.json()).toMatchObject({
    spec: { usages: ['client auth'] },
    status: {
      conditions: [{ ...approved, lastUpdateTime: expect.any(String), lastTransitionTime: expect.any(String) }],
    },
  })
  const both = { status: { conditions: [approved, { ...approved, type: 'Denied' }] } }
  expect(said(await api.patch(`${path}/jane/approval`, both))).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "jane" is invalid: ' +
      'status.conditions: Invalid value: "Denied": Approved and Denied conditions are mutually exclusive',
  ])
  expect(said(await api.patch(`${path}/jane/approval`, { status: { conditions: [] } }))).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "jane" is invalid: ' +
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
  ])
  const other = await api.patch(`${path}/jane/status`, { status: { certificate: 'eA==' } })
  expect(said(other)).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "jane" is invalid: status.certificate: ' +
      'Invalid value: "<certificate data>": must contain at least one CERTIFICATE PEM block',
  ])
  const certificate = pem('-x509')
  const issued = await api.patch(`${path}/jane/status`, { status: { certificate } })
  expect([issued.status, issued.json().status]).toEqual([200, expect.objectContaining({ certificate })])
  const again = await api.patch(`${path}/jane/status`, { status: { certificate: pem('-x509') } })
  expect(said(again)).toEqual([
    422,
    'CertificateSigningRequest.certificates.k8s.io "jane" is invalid: ' +
      'status.certificate: Forbidden: updates may not modify existing certificate content',
  ])
})
