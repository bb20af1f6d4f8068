import { applyPatch } from '../src/apply/server-side-apply.js'
import { type FieldWrite, updateManagedFields } from '../src/apply/update-managed-fields.js'
import { parseJson, stringifyJson } from '../src/codec/json.js'
import type { JsonObject, KubeObject } from '../src/meta/object.js'
import { applyDefaults } from '../src/schema/default.js'
import { prune } from '../src/schema/prune.js'
import type { Schema } from '../src/schema/schema.js'
import { validateSchema } from '../src/schema/validate.js'
import { configMap, deployment } from '../test/apply/kinds.js'

/**
 * CPU µs of what a write costs besides HTTP and the disk (parse the body, prune, default, validate, print the object),
 * without and with managedFields. An apply is nothing without them: it is set against a write of the same body.
 */
const rounds = 10_000
const now = '2026-01-01T00:00:00Z'
const json = { parse: parseJson, stringify: stringifyJson }

interface Sample {
  readonly name: string
  readonly write: FieldWrite
  readonly object: KubeObject
  readonly change: (object: KubeObject) => void
}

const containers = ['app', 'sidecar'].map((name) => ({
  ...{ name, image: 'nginx', imagePullPolicy: 'Always', resources: { limits: { cpu: '1', memory: '1Gi' } } },
  ...{ terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', args: ['a', 'b'] },
  env: ['A', 'B', 'C'].map((key) => ({ name: key, value: '1' })),
  ports: [80, 443].map((containerPort) => ({ containerPort, protocol: 'TCP' })),
}))

const samples: readonly Sample[] = [
  {
    name: 'ConfigMap',
    write: { kind: configMap, manager: 'bench', subresource: '', now },
    object: {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c', namespace: 'default', labels: { app: 'x' } },
      data: { a: '1', b: '2', c: '3' },
    },
    change: (object) => {
      object.data = { ...(object.data as JsonObject), a: '2' }
    },
  },
  {
    name: 'Deployment, two containers',
    write: { kind: deployment, manager: 'bench', subresource: '', now },
    object: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'default', labels: { app: 'x', tier: 'web' } },
      spec: {
        ...{ replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 },
        selector: { matchLabels: { app: 'x' } },
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
        template: { metadata: { labels: { app: 'x' } }, spec: { containers, restartPolicy: 'Always' } },
      },
    },
    change: (object) => {
      object.spec = { ...(object.spec as JsonObject), replicas: 2 }
    },
  },
]

function copy(object: KubeObject): KubeObject {
  return parseJson(stringifyJson(object)) as KubeObject
}

async function cpu(work: () => unknown): Promise<number> {
  for (let i = 0; i < rounds; i++) await work()
  const start = process.cpuUsage()
  for (let i = 0; i < rounds; i++) await work()
  return process.cpuUsage(start).user / rounds
}

async function measure({ name, write, object, change }: Sample): Promise<string[][]> {
  const schema = write.kind.schemaOf(write.kind.apiVersion) as Schema
  const created = await updateManagedFields(undefined, copy(object), { ...write, manager: 'creator' })
  const applied = await applyPatch({ ...write, current: undefined, applied: copy(object), force: false, json })
  const changed = copy(created)
  change(changed)
  const body = (of: KubeObject) => Buffer.from(stringifyJson(of))
  const [old, unowned, owner] = [copy(created), body(object), copy(applied)]
  const bodies = { create: body(object), update: body(changed), same: body(created) }
  const decoded = (bytes: Buffer) => {
    const read = parseJson(bytes) as KubeObject
    prune(read, schema)
    applyDefaults(read, schema)
    if (validateSchema(read, schema).length > 0) throw new Error('the sample does not fit its schema')
    return read
  }
  const plain = async (bytes: Buffer) => stringifyJson(decoded(bytes))
  const owned = async (before: KubeObject | undefined, bytes: Buffer) =>
    stringifyJson(await updateManagedFields(before, decoded(bytes), write))
  const apply = async (bytes: Buffer) =>
    stringifyJson(await applyPatch({ ...write, current: owner, applied: decoded(bytes), force: true, json }))
  const row = async (what: string, without: () => unknown, withThem: () => unknown) => {
    const [before, after] = [await cpu(without), await cpu(withThem)]
    return [`${name}: ${what}`, before.toFixed(1), after.toFixed(1), `${Math.round((1 - before / after) * 100)} %`]
  }
  const mine = copy(object)
  change(mine)
  return [
    await row(
      'create',
      () => plain(bodies.create),
      () => owned(undefined, bodies.create),
    ),
    await row(
      'update of a field',
      () => plain(bodies.update),
      () => owned(old, bodies.update),
    ),
    await row(
      'update of nothing',
      () => plain(bodies.same),
      () => owned(old, bodies.same),
    ),
    await row(
      'apply of a field',
      () => plain(unowned),
      () => apply(body(mine)),
    ),
    await row(
      'apply of nothing',
      () => plain(unowned),
      () => apply(unowned),
    ),
  ]
}

const head = ['CPU µs a write', 'without', 'with', 'share']
const rows: string[][] = []
for (const sample of samples) rows.push(...(await measure(sample)))
const width = Math.max(...rows.map(([what = '']) => what.length))
for (const [what = '', ...figures] of [head, ...rows]) {
  console.log([what.padEnd(width), ...figures.map((figure) => figure.padStart(8))].join(' '))
}
