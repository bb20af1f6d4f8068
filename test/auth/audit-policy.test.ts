import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openAuditLog } from '../../src/auth/audit/audit-log.js'
import { auditConfig, checkPolicy } from '../../src/auth/audit/policy.js'
import { silentLog } from '../../src/meta/log.js'
import { parseRequestInfo } from '../../src/meta/request-info.js'
import { eventually } from '../support/eventually.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const head = { apiVersion: 'audit.k8s.io/v1', kind: 'Policy' }
const core = (...resources: string[]) => ({ resources: [{ group: '', resources }] })

describe('A40: the first rule that fits', () => {
  const cases: [name: string, rule: object, method: string, path: string, fits: boolean][] = [
    ['anything', {}, 'GET', '/api', true],
    ['a user', { users: ['alice'] }, 'GET', '/api', true],
    ['another user', { users: ['bob'] }, 'GET', '/api', false],
    ['a group', { userGroups: ['qa', 'devs'] }, 'GET', '/api', true],
    ['another group', { userGroups: ['qa'] }, 'GET', '/api', false],
    ['a verb', { verbs: ['create'] }, 'POST', '/api/v1/namespaces', true],
    ['another verb', { verbs: ['create'] }, 'GET', '/api/v1/namespaces', false],
    ['a resource', core('pods'), 'GET', '/api/v1/namespaces/a/pods/x', true],
    ['no subresource', core('pods'), 'GET', '/api/v1/namespaces/a/pods/x/log', false],
    ['a subresource', core('pods/log'), 'GET', '/api/v1/namespaces/a/pods/x/log', true],
    ['of anything', core('*/log'), 'GET', '/api/v1/namespaces/a/pods/x/log', true],
    ['all of a resource', core('pods/*'), 'GET', '/api/v1/namespaces/a/pods/x/log', true],
    ['every resource', core('*'), 'GET', '/api/v1/namespaces/a/pods/x/log', true],
    ['another group of resources', core('pods'), 'GET', '/apis/x.io/v1/pods', false],
    ['any group of resources', { resources: [{ group: '*', resources: ['pods'] }] }, 'GET', '/apis/x.io/v1/pods', true],
    ['all of a group', { resources: [{ group: 'x.io' }] }, 'GET', '/apis/x.io/v1/pods', true],
    [
      'a name',
      { resources: [{ resources: ['pods'], resourceNames: ['x'] }] },
      'GET',
      '/api/v1/namespaces/a/pods/x',
      true,
    ],
    [
      'another name',
      { resources: [{ resources: ['pods'], resourceNames: ['y'] }] },
      'GET',
      '/api/v1/namespaces/a/pods/x',
      false,
    ],
    ['a namespace', { namespaces: ['a'] }, 'GET', '/api/v1/namespaces/a/pods', true],
    ['no namespace', { namespaces: [''] }, 'GET', '/api/v1/nodes', true],
    ['another namespace', { namespaces: ['b'] }, 'GET', '/api/v1/namespaces/a/pods', false],
    ['no resource is in a namespace', { namespaces: [''] }, 'GET', '/healthz', false],
    ['a path', { nonResourceURLs: ['/healthz'] }, 'GET', '/healthz', true],
    ['paths below', { nonResourceURLs: ['/healthz*'] }, 'GET', '/healthz/ping', true],
    ['another path', { nonResourceURLs: ['/healthz'] }, 'GET', '/livez', false],
    ['resources are no paths', { nonResourceURLs: ['*'] }, 'GET', '/api/v1/nodes', false],
  ]
  test.each(cases)('%s', (_name, rule, method, path, fits) => {
    const policy = checkPolicy({ ...head, rules: [{ level: 'Request', ...rule }, { level: 'Metadata' }] })
    const user = { name: 'alice', groups: ['devs'] }
    const info = parseRequestInfo(method, path, new URLSearchParams())
    expect(auditConfig(policy, { ...info, user }).level).toBe(fits ? 'Request' : 'Metadata')
  })

  test('says which stages and managed fields are left out; none fits: nothing is noted', () => {
    const rules = [{ level: 'Metadata', verbs: ['get'], omitStages: ['ResponseStarted'], omitManagedFields: false }]
    const policy = checkPolicy({ ...head, omitStages: ['RequestReceived'], omitManagedFields: true, rules })
    const of = (method: string) => {
      const info = parseRequestInfo(method, '/api/v1/nodes/x', new URLSearchParams())
      return auditConfig(policy, { ...info, user: { name: 'a', groups: [] } })
    }
    expect(of('GET')).toEqual({
      ...{ level: 'Metadata', omitStages: ['RequestReceived', 'ResponseStarted'], omitManagedFields: false },
    })
    expect(of('PUT')).toMatchObject({ level: 'None', omitManagedFields: true })
  })

  const wrong: [policy: unknown, message: string][] = [
    ['', 'it holds no object'],
    [{ kind: 'Policy' }, 'it is no Policy of audit.k8s.io/v1'],
    [{ ...head }, 'rules: there must be at least one'],
    [{ ...head, rules: [{}] }, 'rules[0].level: must be None, Metadata, Request, RequestResponse'],
    [{ ...head, rules: [{ level: 'None', users: 'a' }] }, 'rules[0].users: must be texts'],
    [{ ...head, rules: [{ level: 'None', nonResourceURLs: ['x'] }] }, /^rules\[0\]\.nonResourceURLs: x: must begin/],
    [{ ...head, rules: [{ level: 'None', nonResourceURLs: ['/a'], ...core('x') }] }, /cannot apply to both/],
    [{ ...head, omitStages: ['x'], rules: [{ level: 'None' }] }, /^omitStages: x: allowed stages are RequestReceived,/],
    [{ ...head, rules: [{ level: 'None', resources: [{ resourceNames: ['x'] }] }] }, /requires at least one resource$/],
  ].map(([policy, message]) => [policy, message] as [unknown, string])
  test.each(wrong)('%j is refused', (policy, message) => expect(() => checkPolicy(policy)).toThrow(message))
})

describe('the file', () => {
  const megabyte = `${'x'.repeat(1024 * 1024 - 1)}\n`

  test("is its owner's, and put aside when it has grown; old ones go", async () => {
    const folder = temporaryFolder()
    mkdirSync(folder, { recursive: true })
    const old = join(folder, 'audit-2020-01-02T03-04-05.678.log')
    writeFileSync(old, '')
    utimesSync(old, 0, 0)
    writeFileSync(join(folder, 'audit-of-mine.log'), '')
    const path = join(folder, 'audit.log')
    const log = openAuditLog({ path, maxSize: 1, maxAge: 30, maxBackups: 2 }, silentLog)
    const files = () => readdirSync(folder).filter((name) => /^audit-\d/.test(name))
    const found = () => statSync(path, { throwIfNoEntry: false })
    for (let i = 0, last: number | undefined; i < 5; i++, last = found()?.ino) {
      log.write(megabyte)
      await eventually('it is written to a new file', async () => {
        const now = found()
        return (now?.size === megabyte.length && now.ino !== last) || undefined
      })
    }
    await log.close()
    expect(files()).toHaveLength(2)
    expect(files()).not.toContain('audit-2020-01-02T03-04-05.678.log')
    expect(readdirSync(folder)).toContain('audit-of-mine.log')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('that takes nothing holds nobody up; what is left out is told, and it goes on', async () => {
    const folder = temporaryFolder()
    const said: [string, object | undefined][] = []
    const path = join(folder, 'none', 'audit.log')
    const log = { ...silentLog, error: (text: string, facts?: object) => void said.push([text, facts]) }
    const file = openAuditLog({ path, maxSize: 0, maxAge: 0, maxBackups: 0 }, log)
    for (let i = 0; i < 70; i++) file.write(megabyte)
    await eventually('it is told', async () => said.length > 1 || undefined)
    expect(said[0]?.[0]).toBe('audit events could not be written')
    expect(said[1]?.[0]).toMatch(/^audit events were left out/)
    mkdirSync(join(folder, 'none'), { recursive: true })
    file.write('one\n')
    await file.close()
    expect(readFileSync(path, 'utf8')).toBe('one\n')
  })
})
