import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import type { Answer } from '../support/http.js'
import { testAlone as base } from '../support/server-test.js'

/** What kube-apiserver 1.36.3 said of a pod in namespaces of some labels: the message of its refusal, or its warnings. */
interface Recorded {
  readonly pod: string
  readonly annotations?: JsonObject
  readonly spec: JsonObject
  readonly answers: Readonly<Record<string, string | string[]>>
}

const prefix = 'pod-security.kubernetes.io/'
/** The namespaces of the recording, by their names behind 'ps-'. */
const namespaces: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  b: { enforce: 'baseline' },
  r: { enforce: 'restricted' },
  r18: { enforce: 'restricted', 'enforce-version': 'v1.18' },
  r30: { enforce: 'restricted', 'enforce-version': 'v1.30' },
  w: { warn: 'restricted' },
  bw: { enforce: 'baseline', warn: 'privileged' },
  a: { audit: 'restricted' },
}
const recorded = readFileSync(join(import.meta.dirname, 'pod-security.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
/** The texts of the Warning headers. */
function warningsOf({ headers }: Answer): string[] {
  const lines = [headers.warning ?? []].flat().flatMap((line) => line.split(/, (?=299 - )/))
  return lines.map((line) => JSON.parse(line.replace('299 - ', '')) as string)
}

const labelled = (labels: object) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [prefix + name, value]))

const it = base.extend('levels', { scope: 'file', auto: true }, async ({ api }) => {
  for (const [name, labels] of Object.entries({ ...namespaces, z: {} })) {
    await api.post('/api/v1/namespaces', { metadata: { name: `ps-${name}`, labels: labelled(labels) } })
    await api.post(`/api/v1/namespaces/ps-${name}/serviceaccounts`, { metadata: { name: 'default' } })
  }
})

describe('pods', () => {
  it.for(recorded)(
    'are held to what the labels of their namespaces say: $pod',
    async ({ annotations, spec, answers }, { api }) => {
      const metadata = { name: 'p', ...(annotations ? { annotations } : {}) }
      for (const [name, expected] of Object.entries(answers)) {
        const answer = await api.post(`/api/v1/namespaces/ps-${name}/pods?dryRun=All`, { metadata, spec })
        const said = answer.status === 201 ? warningsOf(answer) : answer.json().message
        expect([name, answer.status, said]).toEqual([name, typeof expected === 'string' ? 403 : 201, expected])
      }
    },
  )

  it('that others make are told of in warnings', async ({ api }) => {
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const body = { metadata: { name: 'd' }, spec: { selector: { matchLabels: { a: 'b' } }, template } }
    const warnings = async (name: string) => {
      const answer = await api.post(`/apis/apps/v1/namespaces/ps-${name}/deployments?dryRun=All`, body)
      expect(answer.status).toBe(201)
      return warningsOf(answer)
    }
    expect(await warnings('a')).toEqual([])
    expect(await warnings('r18')).toEqual([
      'would violate PodSecurity "restricted:v1.18": allowPrivilegeEscalation != false (container "c" must set ' +
        'securityContext.allowPrivilegeEscalation=false), runAsNonRoot != true (pod or container "c" must set ' +
        'securityContext.runAsNonRoot=true)',
    ])
  })
})

describe('namespaces', () => {
  it('have labels that mean something', async ({ api }) => {
    const labels = labelled({ warn: 'x', 'audit-version': 'v2' })
    const answer = await api.post('/api/v1/namespaces', { metadata: { name: 'psx', labels } })
    expect([answer.status, answer.json().message]).toEqual([
      422,
      `Namespace "psx" is invalid: [metadata.labels[${prefix}audit-version]: Invalid value: "v2": must be "latest" or ` +
        `"v1.x", metadata.labels[${prefix}warn]: Invalid value: "x": must be one of privileged, baseline, restricted]`,
    ])
  })

  it('that get stricter are told which of their pods are not', async ({ api }) => {
    const privileged = { name: 'c', image: 'i', securityContext: { privileged: true } }
    for (const [name, container] of Object.entries({
      a: { name: 'c', image: 'i' },
      b: { name: 'c', image: 'i' },
      c: privileged,
    })) {
      const made = await api.post('/api/v1/namespaces/ps-z/pods', {
        metadata: { name },
        spec: { containers: [container] },
      })
      expect(made.status).toBe(201)
    }
    const labels = labelled({ enforce: 'restricted' })
    const answer = await api.patch('/api/v1/namespaces/ps-z', { metadata: { labels } })
    const usual = 'allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile'
    expect([answer.status, warningsOf(answer)]).toEqual([
      200,
      [
        'existing pods in namespace "ps-z" violate the new PodSecurity enforce level "restricted:latest"',
        `a (and 1 other pod): ${usual}`,
        `c: privileged, ${usual}`,
      ],
    ])
    const relabelled = await api.patch('/api/v1/namespaces/ps-z/pods/a', { metadata: { labels: { x: 'y' } } })
    expect(relabelled.status).toBe(200)
    const changed = await api.patch('/api/v1/namespaces/ps-z/pods/a', [
      { op: 'replace', path: '/spec/containers/0/image', value: 'j' },
    ])
    expect(changed.status).toBe(403)
  })
})

/** PKCS #10, PEM, in base64: of /O=system:masters/CN=eve, and of /O=cooks/CN=bob. */
const requests = {
  masters:
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIak1JR0pBZ0VBTUNjeEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRwdFlYTjBaWEp6TVF3d0NnWURWUVFEREFObApkbVV3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVJUOVdKdnFpVU5idlcraUhJY0tHMG1UcGRYClhhckhYRXhnU3crNjVKUkROckRhR0hHVDNpaHFyalVKRmV3ckNYaVRTQUs4L003T1krOTczTVA3UDJBU29BQXcKQ2dZSUtvWkl6ajBFQXdJRFNRQXdSZ0loQUtiZ29ucUtGcTVxZERKbDVqQ3hGYyt6OG5KeTdMbkgybUQ2MDNWQQpLT1lTQWlFQXZoNXlZWUtJWlAxMWhXU0NtMWdVTzhWTUdkM0VLKzZST1dBTlNaZTN5SDA9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=',
  cooks:
    'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIYU1JR0FBZ0VBTUI0eERqQU1CZ05WQkFvTUJXTnZiMnR6TVF3d0NnWURWUVFEREFOaWIySXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVJYMnFJbFVUb3BJRXFVblVUVlFVZG10a3dJU3RGYWhRMU5EL0VTCm9VZFdaUGd5UnZTWEtZQVJ0YVNqNGF3eStSTWFIVGlxZmYrN0Q1V21kZjJuTEoyL29BQXdDZ1lJS29aSXpqMEUKQXdJRFNRQXdSZ0loQUloZXpKK0dFeTdYK01GR3N6QmtMTXBtY1RDQTlXUzVhS1MxanU1aVE0VHRBaUVBd3JjZgpvWHFrNSsrTDRzU0szV2lHSXo1cGdqb0FJWGJUOCtIOEQ4c1R4MUk9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=',
}

describe('certificates', () => {
  it.for([
    ['masters', 'kubernetes.io/kube-apiserver-client', 403],
    ['cooks', 'kubernetes.io/kube-apiserver-client', 201],
    ['masters', 'example.com/signer', 201],
  ] as const)('for %s by %s', async ([group, signerName, status], { api }) => {
    const spec = { request: requests[group], signerName, usages: ['client auth'] }
    const at = '/apis/certificates.k8s.io/v1/certificatesigningrequests?dryRun=All'
    const answer = await api.post(at, { metadata: { name: 'x' }, spec })
    expect(answer.status).toBe(status)
    if (status === 201) return
    expect(answer.json().message).toBe(
      'certificatesigningrequests.certificates.k8s.io "x" is forbidden: use of kubernetes.io/kube-apiserver-client signer ' +
        'with system:masters group is not allowed',
    )
  })
})
