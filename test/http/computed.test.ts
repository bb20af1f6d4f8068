import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findKubectl } from '../support/client-programs.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { kubectlFor } from '../support/kubectl.js'
import { requireProgram } from '../support/require-program.js'
import { startServer, type TestServer } from '../support/server.js'
import { adminToken, writeTokens } from '../support/server-test.js'

let server: TestServer
let api: HttpClient
beforeAll(async () => {
  const apis = join(import.meta.dirname, 'sensors.mjs')
  server = await startServer({ args: ['--backend=memory', `--apis=${apis}`, `--token-auth-file=${writeTokens()}`] })
  api = server.api
})
afterAll(() => server.stop())

const readings = '/apis/sensors.example.com/v1/namespaces/default/readings'
const reading = (name: string, more: object = {}) => ({
  apiVersion: 'sensors.example.com/v1',
  kind: 'Reading',
  metadata: { name, labels: { room: name } },
  ...more,
})

describe('a resource that a module works out for each request', () => {
  test('is created: defaulted, pruned, held to its schema', async () => {
    const made = created(await api.post(readings, reading('a', { bogus: 1 })))
    expect(made).toMatchObject({ celsius: 20, metadata: { name: 'a', namespace: 'default' } })
    expect(made).not.toHaveProperty('bogus')
    const hot = await api.post(readings, reading('b', { celsius: 101 }))
    expect(hot.json()).toMatchObject({ code: 422, details: { causes: [{ field: 'celsius' }] } })
    created(await api.post(`${readings}?dryRun=All`, reading('c')))
    expect((await api.get(`${readings}/c`)).status).toBe(404)
  })

  test('is read: one, all, what is selected, as a Table', async () => {
    created(await api.post(readings, reading('r1', { celsius: 1 })))
    created(await api.post(readings, reading('r2', { celsius: 2 })))
    expect(done(await api.get(`${readings}/r1`))).toMatchObject({ celsius: 1 })
    const names = async (query: string) => {
      const list = done<ListBody>(await api.get(`${readings}?${query}`))
      expect(list).toMatchObject({ kind: 'ReadingList', metadata: {} })
      return list.items.map(({ metadata }) => metadata.name).filter((name) => name?.startsWith('r'))
    }
    expect(await names('')).toEqual(['r1', 'r2'])
    expect(await names('labelSelector=room%3Dr2')).toEqual(['r2'])
    expect(await names('fieldSelector=metadata.name%3Dr1')).toEqual(['r1'])
    const table = await api.get(`${readings}/r1`, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' })
    expect(table.json()).toMatchObject({ kind: 'Table', rows: [{ cells: ['r1', 1] }] })
  })

  test('is watched and deleted', async () => {
    created(await api.post(readings, reading('w1')))
    const watch = await api.watch(`${readings}?watch=1&labelSelector=room+in+(w1,w2)`)
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'w1' } } })
    created(await api.post(readings, reading('other')))
    created(await api.post(readings, reading('w2')))
    expect(await watch.next()).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'w2' } } })
    expect(done(await api.delete(`${readings}/w1`))).toMatchObject({ kind: 'Status', status: 'Success' })
    expect(await watch.next()).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'w1' } } })
    watch.close()
    const initial = await api.get(`${readings}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`)
    expect(initial.json()).toMatchObject({ code: 422 })
  })

  test('has no verbs but its own', async () => {
    const { resources } = (await api.get('/apis/sensors.example.com/v1')).json<{ resources: object[] }>()
    expect(resources).toMatchObject([
      { name: 'readings', verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'] },
      { name: 'readings/status', verbs: ['get', 'patch', 'update'] },
      { name: 'rooms', verbs: ['get'] },
    ])
    const rooms = '/apis/sensors.example.com/v1/rooms'
    expect(done(await api.get(`${rooms}/attic`))).toMatchObject({ kind: 'Room' })
    const missing = (await api.get(`${rooms}/cellar`)).json()
    expect(missing).toMatchObject({ code: 404, message: 'rooms.sensors.example.com "cellar" not found' })
    const room = { apiVersion: 'sensors.example.com/v1', kind: 'Room', metadata: { name: 'attic' } }
    for (const refused of [
      await api.put(`${rooms}/attic`, room),
      await api.patch(`${rooms}/attic`, {}),
      await api.delete(`${rooms}/attic`),
      await api.post(rooms, room),
      await api.delete(readings),
    ]) {
      expect(refused.status).toBe(405)
    }
    expect((await api.get(`${rooms}/attic/status`)).status).toBe(404)
  })
})

describe('a resource that a module keeps', () => {
  const path = `${readings}/kept`
  const apply = { 'content-type': 'application/apply-patch+yaml' }
  const now = async () => done(await api.get(path))
  beforeAll(async () => {
    created(await api.post(readings, reading('kept', { celsius: 5, tags: ['a'] })))
  })

  test('is made as a stored one: uid, generation, who owns what', async () => {
    expect((await now()).metadata).toMatchObject({
      uid: expect.stringMatching(/^[-0-9a-f]{36}$/),
      generation: 1,
      managedFields: [{ manager: 'unknown', operation: 'Update' }],
    })
    const again = (await api.post(readings, reading('kept'))).json()
    expect(again).toMatchObject({
      reason: 'AlreadyExists',
      message: 'readings.sensors.example.com "kept" already exists',
    })
    expect((await api.post(readings, { ...reading(''), metadata: {} })).json()).toMatchObject({
      details: { causes: [{ message: 'Required value: name or generateName is required' }] },
    })
    const { metadata } = created(await api.post(readings, { ...reading(''), metadata: { generateName: 'some-' } }))
    expect(metadata.name).toMatch(/^some-[a-z0-9]{5}$/)
  })

  const stale = 'Operation cannot be fulfilled on readings.sensors.example.com "kept": the object has been modified;'
  test.for([
    ['PUT', 'without a resourceVersion', '', reading('kept', { celsius: 6 }), 422, 'must be specified for an update'],
    ['PUT', 'of an old one', '', { ...reading('kept'), metadata: { name: 'kept', resourceVersion: '1' } }, 409, stale],
    ['PUT', 'of none', '/none', reading('none'), 404, '"none" not found'],
    ['PUT', 'under another name', '', reading('other'), 400, 'does not match the name on the URL (kept)'],
    ['PATCH', 'beyond the schema', '', { celsius: 101 }, 422, 'celsius: Invalid value: 101'],
    ['PATCH', 'that the kind refuses', '', { celsius: 99 }, 422, 'too sudden'],
    ['PATCH', 'of an old one', '', { metadata: { resourceVersion: '1' }, celsius: 6 }, 409, stale],
    ['PATCH', 'that is always too late', '', { celsius: 13 }, 409, stale],
    ['PATCH', 'of none', '/none', {}, 404, '"none" not found'],
    ['DELETE', 'of another one', '', { preconditions: { uid: 'x' } }, 409, 'the UID in the precondition (x)'],
    ['DELETE', 'of none', '/none', undefined, 404, '"none" not found'],
    ['PATCH', 'of a part there is not', '/kept/scale', {}, 404, ''],
  ] as const)('%s %s is refused', async ([method, _what, rest, body, code, message]) => {
    const headers = { 'content-type': `application/${method === 'PATCH' ? 'merge-patch+' : ''}json` }
    const answer = await api.request(method, rest.startsWith('/') ? `${readings}${rest}` : path, body, headers)
    expect(answer.json<{ message: string }>()).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(await now()).toMatchObject({ celsius: 5 })
  })

  test('is replaced and patched; what changes nothing writes nothing; a dry run only answers', async () => {
    const before = await now()
    const tried = await api.put(`${path}?dryRun=All`, { ...before, celsius: 8 })
    expect(done(tried)).toMatchObject({ celsius: 8, metadata: { generation: 2 } })
    expect(await now()).toEqual(before)
    expect(done(await api.patch(path, {}))).toEqual(before)
    const put = done(await api.put(path, { ...before, celsius: 7, status: { seen: true } }))
    expect(put).toMatchObject({ celsius: 7, metadata: { uid: before.metadata.uid, generation: 2 } })
    expect(put).not.toHaveProperty('status')
    const parts = [
      { op: 'test', path: '/celsius', value: 7 },
      { op: 'replace', path: '/celsius', value: 5 },
    ]
    expect(done(await api.patch(path, parts))).toMatchObject({ celsius: 5, metadata: { generation: 3 } })
    const status = done(await api.patch(`${path}/status`, { celsius: 9, status: { seen: true } }))
    expect(status).toMatchObject({ celsius: 5, status: { seen: true }, metadata: { generation: 3 } })
  })

  test('is applied, and conflicts name who owns a field', async () => {
    const applied = (celsius: number) => reading('kept', { celsius })
    const first = await api.request('PATCH', `${path}?fieldManager=a&force=true`, applied(5), apply)
    expect(done(first).metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'a', operation: 'Apply' }),
    )
    const second = await api.request('PATCH', `${path}?fieldManager=b`, applied(6), apply)
    expect(second.json()).toMatchObject({
      code: 409,
      message: expect.stringContaining('conflicts with "a":\n- .celsius'),
    })
    const made = await api.request('PATCH', `${readings}/made?fieldManager=a`, reading('made', { tags: ['x'] }), apply)
    expect(created(made)).toMatchObject({ celsius: 20, tags: ['x'] })
  })

  test('many patches at once all come to be', async () => {
    const tags = Array.from({ length: 5 }, (_, i) => `t${i}`)
    const answers = await Promise.all(tags.map((tag) => api.patch(path, [{ op: 'add', path: '/tags/-', value: tag }])))
    expect(answers.map(({ status }) => status)).toEqual(tags.map(() => 200))
    expect(await now()).toMatchObject({ tags: expect.arrayContaining(tags) })
  })

  test('is seen and written in every version', async () => {
    const beta = path.replace('/v1/', '/v1beta1/')
    expect(done(await api.get(beta))).toMatchObject({ apiVersion: 'sensors.example.com/v1beta1', degrees: 5 })
    expect(done(await api.patch(beta, { degrees: 4 }))).toMatchObject({ degrees: 4 })
    expect(await now()).toMatchObject({ apiVersion: 'sensors.example.com/v1', celsius: 4 })
    done(await api.patch(path, { celsius: 5 }))
  })

  test('finalizers hold it', async () => {
    created(await api.post(readings, { ...reading('held'), metadata: { name: 'held', finalizers: ['x.io/hold'] } }))
    expect(done(await api.delete(`${readings}/held`)).metadata.deletionTimestamp).toBeDefined()
    expect((await api.get(`${readings}/held`)).status).toBe(200)
    done(await api.patch(`${readings}/held`, { metadata: { finalizers: null } }))
    expect((await api.get(`${readings}/held`)).status).toBe(404)
  })

  test('is in concise form under /wukong/r', async () => {
    const concise = '/wukong/r/readings/default'
    const { version } = done<{ version: string }>(await api.get(`${concise}/kept`))
    const list = done<{ items: object[] }>(await api.get(`${concise}?where=name%3Dkept&fields=name,celsius`))
    expect(list.items).toEqual([{ name: 'kept', celsius: 5 }])
    expect(created(await api.post(concise, { name: 'short', celsius: 3 }))).toMatchObject({ celsius: 3 })
    expect((await api.patch(`${concise}/kept`, { celsius: 6 }, { 'if-match': '"1"' })).status).toBe(412)
    const changed = await api.patch(`${concise}/kept`, { celsius: 6 }, { 'if-match': `"${version}"` })
    expect(done(changed)).toMatchObject({ celsius: 6 })
    done(await api.patch(`${concise}/kept`, { celsius: 5 }))
    expect((await api.delete(`${concise}/short`)).status).toBe(204)
    expect((await api.delete(`${concise}/short`)).status).toBe(404)
    expect((await api.get('/wukong/r/rooms')).status).toBe(405)
    expect(done(await api.get('/wukong/r/rooms/attic'))).toEqual({ name: 'attic' })
    const { paths } = done<{ paths: Record<string, object> }>(await api.get('/wukong/openapi.json'))
    expect(Object.keys(paths['/wukong/r/rooms.sensors.example.com/{name}'] ?? {})).toEqual(['parameters', 'get'])
  })

  test('kubectl applies it', async ({ skip }) => {
    const program = findKubectl()
    requireProgram(program, { skip })
    const kubectl = kubectlFor('path' in program ? program.path : '', server, { token: adminToken })
    const file = (celsius: number) => ({ input: JSON.stringify(reading('k', { celsius })) })
    expect(await kubectl.ok('apply -f -', file(1))).toBe('reading.sensors.example.com/k created\n')
    expect(await kubectl.ok('apply -f -', file(2))).toBe('reading.sensors.example.com/k configured\n')
    const sudden = await kubectl.run('apply --server-side --force-conflicts -f -', file(90))
    expect(sudden.stderr).toContain('The Reading "k" is invalid: celsius: Invalid value: too sudden')
  })
})
