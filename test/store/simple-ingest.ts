import { randomUUID } from 'node:crypto'
import { parseYaml, YamlError } from '../../src/codec/yaml.js'
import { isJsonObject, type KubeObject } from '../../src/meta/object.js'
import { decodeStored } from '../../src/store/encode.js'
import type { FileChange, FileChangeHandler, FileVerdict } from '../../src/store/file-change.js'
import { storeKey } from '../../src/store/keys.js'
import { RevisionMismatch, type Store, type Stored } from '../../src/store/store.js'

/**
 * A judge of files without schemas, for tests of the store: the file's spec replaces the object's where it differs
 * from the base's; status stays. Namespaces in `missing` do not exist.
 */
export function simpleIngest(store: Store, missing: ReadonlySet<string> = new Set()) {
  const seen: FileChange[][] = []
  const handler: FileChangeHandler = async (changes) => {
    seen.push([...changes])
    const verdicts: FileVerdict[] = []
    for (const change of changes) verdicts.push(await judge(store, change, missing))
    return verdicts
  }
  return { handler, seen }
}

async function judge(store: Store, change: FileChange, missing: ReadonlySet<string>): Promise<FileVerdict> {
  const { group, resource, namespace, name } = change.target
  if (missing.has(namespace)) return { outcome: 'waiting', reason: `namespaces "${namespace}" not found` }
  for (;;) {
    try {
      if (change.text === undefined) {
        const base = change.base && decodeStored({ key: '', revision: 0, json: change.base })
        return await remove(store, storeKey(group, resource, namespace, name ?? base?.metadata.name))
      }
      const { value } = parseYaml(change.text)
      if (!isJsonObject(value)) return { outcome: 'refused', reason: 'the file is empty' }
      const object = value as KubeObject
      object.metadata ??= {}
      if (name !== undefined && (object.metadata.name ?? name) !== name) {
        return { outcome: 'refused', reason: `metadata.name must be ${name}` }
      }
      return await put(store, change, object, storeKey(group, resource, namespace, name ?? object.metadata.name))
    } catch (e) {
      if (e instanceof YamlError) return { outcome: 'refused', reason: e.message, line: e.line }
      if (!(e instanceof RevisionMismatch)) return { outcome: 'refused', reason: String(e) }
    }
  }
}

async function put(store: Store, change: FileChange, object: KubeObject, key: string): Promise<FileVerdict> {
  const current = await store.get(key)
  const { namespace, name } = change.target
  let stored: Stored
  if (current) {
    const now = decodeStored(current)
    const base = change.base && decodeStored({ key, revision: 0, json: change.base })
    const specChanged = JSON.stringify(base?.spec) !== JSON.stringify(object.spec)
    const metadata = { ...object.metadata, name: now.metadata.name ?? '', uid: now.metadata.uid ?? '' }
    const next: KubeObject = {
      ...now,
      metadata: { ...metadata, ...(namespace ? { namespace } : {}) },
      spec: specChanged ? object.spec : now.spec,
    }
    const same = JSON.stringify([now.spec, now.metadata.labels]) === JSON.stringify([next.spec, next.metadata.labels])
    stored = same ? current : await store.update(key, next, current.revision)
  } else {
    const metadata = { ...object.metadata, name: object.metadata.name ?? name ?? '', uid: randomUUID() }
    stored = await store.create(key, { ...object, metadata: { ...metadata, ...(namespace ? { namespace } : {}) } })
  }
  return { outcome: 'accepted', key, revision: stored.revision }
}

async function remove(store: Store, key: string): Promise<FileVerdict> {
  const current = await store.get(key)
  if (!current) return { outcome: 'deleted' }
  const object = decodeStored(current)
  if ((object.metadata.finalizers ?? []).length === 0) {
    await store.delete(key, current.revision)
    return { outcome: 'deleted' }
  }
  const metadata = { ...object.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' }
  const { revision } = await store.update(key, { ...object, metadata }, current.revision)
  return { outcome: 'accepted', key, revision }
}
