import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { KubeObject } from '../../src/meta/object.js'
import { defineResource } from '../../src/sdk/define-resource.js'
import { defineGroup } from '../../src/sdk/group.js'
import type { Apiserver, startApiserver as start } from '../../src/sdk/index.js'
import { eventually } from '../support/eventually.js'
import { httpClient } from '../support/http.js'
import { projectFolder } from '../support/project-folder.js'

/** The built package, as who depends on it has it. */
const { startApiserver } = (await import(join(projectFolder, 'dist', 'src', 'sdk', 'index.js'))) as {
  startApiserver: typeof start
}

const schema = { type: 'object', properties: { spec: { type: 'object' } } } as const
const ended: string[] = []

async function* ticks(signal: AbortSignal) {
  try {
    for (let tick = 1; !signal.aborted; tick++) {
      yield `tick ${tick}\n`
      await pause(1, undefined, { signal })
    }
  } finally {
    ended.push('ticks')
  }
}

const lamps = defineResource({
  group: 'later.example.com',
  names: { plural: 'lamps', singular: 'lamp', kind: 'Lamp', shortNames: ['l'] },
  scope: 'Cluster',
  versions: {
    v1: { storage: true, schema },
    v2: { group: 'shared.example.com', schema },
    v1alpha1: {
      schema,
      subresources: {
        custom: {
          log: {
            methods: { GET: async ({ signal }) => ({ contentType: 'text/plain', stream: ticks(signal) }) },
          },
          broken: {
            methods: {
              GET: async () => ({
                contentType: 'text/plain',
                stream: (async function* () {
                  yield 'some'
                  throw new Error('no more')
                })(),
              }),
            },
          },
          talk: {
            methods: {},
            async connect({ name, get }, { messages, send }) {
              await get()
              for await (const message of messages) {
                if (message === 'end') return
                await send(typeof message === 'string' ? `${name}: ${message}` : message)
              }
              ended.push('talk')
            },
          },
        },
      },
    },
  },
})

const groups = [
  defineGroup({
    group: 'early.example.com',
    resources: [
      defineResource({
        group: 'early.example.com',
        names: { plural: 'lanterns', singular: 'lantern', kind: 'Lantern', shortNames: ['l'] },
        scope: 'Cluster',
        versions: { v1: { schema } },
      }),
    ],
  }),
  defineGroup({
    group: 'later.example.com',
    groupPriority: 2_000,
    versionPriority: { v1alpha1: 200 },
    resources: [lamps],
    routes: {
      v1: {
        healthz: () => 'ok',
        echo: ({ method, rest, query, body, user }) => ({ method, rest, q: query.get('q'), body, user: user.name }),
        log: ({ signal }) => ({ contentType: 'text/plain', stream: ticks(signal) }),
        broken: () => {
          throw new Error('out of oil')
        },
      },
    },
  }),
]

let server: Apiserver
beforeAll(async () => {
  const lamp = { apiVersion: 'later.example.com/v1', kind: 'Lamp', metadata: { name: 'a' } }
  server = await startApiserver({ apis: groups, objects: [lamp], controllers: [] })
})
afterAll(() => server.close())

const later = '/apis/later.example.com'

describe('priorities', () => {
  test('decide the order of discovery, the preferred version, and who has a short name', async () => {
    const api = httpClient(server.url)
    const { groups } = (await api.get('/apis')).json<{ groups: { name: string; preferredVersion: object }[] }>()
    const names = groups.map(({ name }) => name)
    expect(names.slice(0, 3)).toEqual(['apiregistration.k8s.io', 'apps', 'events.k8s.io'])
    expect(names.slice(-3)).toEqual(['later.example.com', 'early.example.com', 'shared.example.com'])
    expect(groups.at(-3)?.preferredVersion).toMatchObject({ version: 'v1alpha1' })
    expect((await api.get('/wukong/r/l/a')).json()).toMatchObject({ name: 'a' })
  })
})

describe('a kind in two groups', () => {
  test('is stored once, and seen and watched in both', async () => {
    const api = httpClient(server.url)
    const shared = '/apis/shared.example.com/v2/lamps'
    const watch = await api.watch(`${later}/v1/lamps?watch=1&fieldSelector=metadata.name=both`)
    const lamp = { apiVersion: 'shared.example.com/v2', kind: 'Lamp', metadata: { name: 'both' }, spec: {} }
    expect((await api.post(shared, lamp)).status).toBe(201)
    const seen = await watch.next<KubeObject>()
    watch.close()
    expect(seen).toMatchObject({ type: 'ADDED', object: { apiVersion: 'later.example.com/v1' } })
    expect((await api.get(`${shared}/both`)).json<KubeObject>().metadata.uid).toBe(seen.object.metadata.uid)
    await api.delete(`${later}/v1/lamps/both`)
    expect((await api.get(`${shared}/both`)).status).toBe(404)
  })
})

describe('routes', () => {
  test.for([
    ['GET', 'healthz', 'ok'],
    ['GET', 'echo/a%2Fb/c?q=1', { method: 'GET', rest: ['a', 'b', 'c'], q: '1' }],
  ] as const)('%s %s', async ([_method, path, expected]) => {
    const answer = await httpClient(server.url).get(`${later}/v1/${path}`)
    expect(answer.status).toBe(200)
    if (typeof expected === 'string') expect(answer.text).toBe(expected)
    else expect(answer.json()).toMatchObject(expected)
  })

  test('get what is sent, and say what went wrong', async () => {
    const api = httpClient(server.url)
    expect((await api.post(`${later}/v1/echo`, { n: 1 })).json()).toMatchObject({ method: 'POST', body: { n: 1 } })
    expect((await api.get(`${later}/v1/broken`)).status).toBe(500)
    expect((await api.get(`${later}/v1/nothing`)).status).toBe(404)
    expect((await api.get(`${later}/v1alpha1/echo`)).status).toBe(404)
  })
})

describe('streams', () => {
  const paths = [`${later}/v1/log`, `${later}/v1alpha1/lamps/a/log`]
  test.for(paths)('%s is sent as it comes, until the client goes', async (path) => {
    const before = ended.length
    const abort = new AbortController()
    const answer = await fetch(`${server.url}${path}`, { signal: abort.signal })
    expect(answer.headers.get('content-type')).toBe('text/plain')
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('tick 3')) text += (await reader?.read())?.value ?? ''
    abort.abort()
    await eventually('the stream is told', () => ended.length > before)
  })

  test('one that fails is cut off', async () => {
    const answer = await fetch(`${server.url}${later}/v1alpha1/lamps/a/broken`)
    await expect(answer.text()).rejects.toThrow()
  })
})

describe('conversations', () => {
  const opened = (url: string) =>
    new Promise<WebSocket>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace('http', 'ws')}${later}/v1alpha1/lamps/a/talk`)
      socket.once('open', () => resolve(socket)).once('error', reject)
    })

  test('go both ways, and are ended from either side', async () => {
    const socket = await opened(server.url)
    const heard: unknown[] = []
    socket.on('message', (data, isBinary) => heard.push(isBinary ? [...(data as Buffer)] : String(data)))
    for (let i = 0; i < 100; i++) socket.send(`hello ${i}`)
    socket.send(Buffer.from([1, 2]))
    await eventually('all is heard', () => heard.length === 101)
    expect([heard[0], heard[99], heard[100]]).toEqual(['a: hello 0', 'a: hello 99', [1, 2]])
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send('end')
    expect(await closed).toBe(1000)
    const second = await opened(server.url)
    second.close()
    await eventually('the end is told', () => ended.includes('talk'))
  })

  test('need a WebSocket, and are in discovery', async () => {
    const api = httpClient(server.url)
    const answer = await api.get(`${later}/v1alpha1/lamps/a/talk`)
    expect(answer.json()).toMatchObject({ code: 400, message: 'Upgrade request required' })
    expect((await api.post(`${later}/v1alpha1/lamps/a/talk`, {})).status).toBe(405)
    const { resources } = (await api.get(`${later}/v1alpha1`)).json<{ resources: object[] }>()
    expect(resources).toContainEqual(expect.objectContaining({ name: 'lamps/talk', verbs: ['get'] }))
  })
})
