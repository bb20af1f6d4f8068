import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { fieldError } from '../../src/meta/field-error.js'
import type { KubeObject } from '../../src/meta/object.js'
import { defineResource } from '../../src/sdk/define-resource.js'
import { defineGroup } from '../../src/sdk/group.js'
import type { Apiserver, CommitEvent, ReadableKind, startApiserver as start } from '../../src/sdk/index.js'
import { eventually } from '../support/eventually.js'
import { projectFolder } from '../support/project-folder.js'
import { temporaryFolder } from '../support/temporary-folder.js'

/** The built package, as who depends on it has it. */
const { startApiserver } = (await import(join(projectFolder, 'dist', 'src', 'sdk', 'index.js'))) as {
  startApiserver: typeof start
}

interface Told extends Pick<CommitEvent, 'type' | 'revision'> {
  readonly name: string | undefined
  readonly size: number | undefined
  readonly before: number | undefined
}

const told: Told[] = []
/** Holds up whoever is told, until it resolves. */
let hold: Promise<void> | undefined

const sizeOf = (object: KubeObject | undefined) => (object as { spec?: { size?: number } } | undefined)?.spec?.size
const schema = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, shelf: { type: 'string' } } } },
} as const

const shelves = defineResource({
  group: 'store.example.com',
  names: { plural: 'shelves', singular: 'shelf', kind: 'Shelf' },
  scope: 'Cluster',
  versions: { v1: { schema } },
})

/** A definition can't name itself. */
const boxKind: ReadableKind<KubeObject & { spec?: { shelf?: string } }> = {
  group: 'store.example.com',
  names: { plural: 'boxes' },
}

const boxes = defineResource({
  group: 'store.example.com',
  names: { plural: 'boxes', singular: 'box', kind: 'Box' },
  scope: 'Namespaced',
  versions: { v1: { storage: true, schema }, v1beta1: { schema } },
  check(object, objects, update) {
    const shelf = object.spec?.shelf
    if (shelf === undefined || shelf === update?.old.spec?.shelf) return []
    const found = objects.get(shelves, shelf)
    if (!found) return [fieldError.notFound('spec.shelf', shelf)]
    const others = objects.list(boxKind).filter(({ spec }) => spec?.shelf === shelf)
    return others.length < (found.spec?.size ?? 0) ? [] : [fieldError.invalid('spec.shelf', shelf, 'is full')]
  },
  graceSeconds: (object, asked) => (object.spec?.size ? (asked ?? 3_600) : 0),
  prepareForDelete(object) {
    object.metadata.annotations = { ...object.metadata.annotations, stopping: 'true' }
  },
  async afterCommit({ type, object, previous, revision }) {
    await hold
    told.push({ type, name: object.metadata.name, size: sizeOf(object), before: sizeOf(previous), revision })
    if (sizeOf(object) === 13) throw new Error('that is no good size')
  },
})

const group = defineGroup({ group: 'store.example.com', resources: [shelves, boxes] })
const ref = { apiVersion: 'store.example.com/v1beta1', kind: 'Box' }
const box = (name: string, spec: object) => ({ ...ref, metadata: { name, namespace: 'default' }, spec })
const started = async (root?: string) =>
  startApiserver({ apis: [group], controllers: [], ...(root === undefined ? {} : { root }) })
const names = () => told.map(({ type, name }) => `${type} ${name}`)

beforeEach(() => {
  told.length = 0
  hold = undefined
})

describe('afterCommit', () => {
  test('is told once of what was really made, in order, over runs of the server, edits of files included', async () => {
    const root = temporaryFolder()
    let server = await started(root)
    const client = server.resources(ref)
    await client.create(box('a', { size: 1 }))
    await client.create(box('b', { size: 13 }))
    await client.create(box('c', { size: 3 }), { dryRun: true })
    await client.create(box('a', { size: 1 })).catch(() => {})
    await client.patch('a', 'default', { spec: { size: 2 } })
    await client.patch('a', 'default', { spec: { size: 2 } })
    await client.delete('a', 'default', { gracePeriodSeconds: 0 })
    await eventually('all is told', () => names().includes('deleted a'))
    // Boxes may wait for their end, so one that does not is told to be ending first.
    expect(names()).toEqual(['created a', 'created b', 'updated a', 'updated a', 'deleted a'])
    expect(told.find(({ type }) => type === 'updated')).toMatchObject({ size: 2, before: 1 })
    expect(told.map(({ revision }) => revision)).toEqual(told.map(({ revision }) => revision).sort((a, b) => a - b))
    await server.close()

    told.length = 0
    const folder = join(root, 'registry/store.example.com/boxes/default')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'd.yaml'), 'apiVersion: store.example.com/v1\nkind: Box\nspec:\n  size: 4\n')
    server = await started(root)
    await eventually('the edit is told', () => names().includes('created d'))
    await server.close()
    expect(names()[0]).toBe('created d')
    expect(names().filter((text) => text.startsWith('created'))).toEqual(['created d'])
  })

  test('is told in the next run of what a run could not tell', async () => {
    const root = temporaryFolder()
    let server = await started(root)
    await server.resources(ref).create(box('told', { size: 1 }))
    await eventually('the first is told', () => names().includes('created told'))
    let letGo = () => {}
    hold = new Promise((resolve) => {
      letGo = resolve
    })
    for (const name of ['x', 'y']) await server.resources(ref).create(box(name, {}))
    await server.close()
    hold = undefined
    told.length = 0
    server = await started(root)
    await eventually('the rest is told', () => names().includes('created y'))
    expect(names()).toEqual(['created x', 'created y'])
    await server.close()
    letGo()
  })
})

describe('with one server', () => {
  let open: Apiserver | undefined
  const server = async () => {
    open ??= await started()
    return open
  }
  afterAll(() => open?.close())

  test('check sees other objects', async () => {
    const { resources } = await server()
    const client = resources(ref)
    await expect(client.create(box('k', { shelf: 'none' }))).rejects.toThrow('spec.shelf: Not found: "none"')
    const shelf = { apiVersion: 'store.example.com/v1', kind: 'Shelf' }
    await resources(shelf).create({ ...shelf, metadata: { name: 'top' }, spec: { size: 1 } })
    await client.create(box('k', { shelf: 'top' }))
    await expect(client.create(box('l', { shelf: 'top' }))).rejects.toThrow('Invalid value: "top": is full')
    await client.create(box('l', {}))
    await expect(client.patch('l', 'default', { spec: { shelf: 'top' } })).rejects.toThrow('is full')
    expect((await client.patch('k', 'default', { metadata: { labels: { a: 'b' } } })).spec).toEqual({ shelf: 'top' })
  })

  test('a deletion with time to stop ends when it is over, or when it is asked for', async () => {
    const client = (await server()).resources(ref)
    for (const name of ['slow', 'quick', 'asked']) await client.create(box(name, { size: 1 }))
    await client.delete('slow', 'default')
    expect((await client.get('slow', 'default')).metadata).toMatchObject({
      deletionGracePeriodSeconds: 3_600,
      annotations: { stopping: 'true' },
    })
    await client.delete('asked', 'default')
    await client.delete('asked', 'default', { gracePeriodSeconds: 0 })
    expect(await client.find('asked', 'default')).toBeUndefined()
    await client.delete('quick', 'default', { gracePeriodSeconds: 1 })
    expect(await client.find('quick', 'default')).toBeDefined()
    await eventually('its time is up', async () => !(await client.find('quick', 'default')))
    expect(await client.find('slow', 'default')).toBeDefined()
  })
})
