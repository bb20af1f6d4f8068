import { threeWayMerge } from '../apply/three-way-merge.js'
import { parseYaml, YamlError } from '../codec/yaml.js'
import { lineOfField } from '../codec/yaml-line.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import { groupMasters } from '../meta/user.js'
import { decodeStored } from '../store/encode.js'
import type { FileChange, FileChangeHandler, FileVerdict } from '../store/file-change.js'
import type { Backend, Caller } from './backend.js'
import { create } from './create.js'
import { dropUnknown } from './decode-object.js'
import { deleteObject } from './delete.js'
import { plainWrite, type WriteOptions } from './options.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { update } from './update.js'

/** Who an edit by hand is written by. */
const editor: Caller = { user: { name: 'file', groups: [groupMasters] }, warn: () => {} }
const write: WriteOptions = { ...plainWrite, fieldManager: 'file' }

/**
 * Takes what people wrote into files (STORE 20 to 29): each change goes through the same verbs as a request, so it is
 * converted, defaulted, validated and seen by every watcher. What can't be accepted changes nothing.
 */
export function ingest(backend: Backend): FileChangeHandler {
  return async (changes) => {
    const verdicts: FileVerdict[] = []
    for (const change of changes) verdicts.push(await judge(backend, change))
    return verdicts
  }
}

async function judge(backend: Backend, change: FileChange): Promise<FileVerdict> {
  try {
    return change.text === undefined ? await remove(backend, change) : await accept(backend, change, change.text)
  } catch (error) {
    if (error instanceof Refusal) return { outcome: error.outcome, reason: error.message, ...lineOf(error) }
    if (error instanceof StatusError)
      return { outcome: waitsFor(error), reason: error.message, ...(await lineIn(change, error)) }
    return { outcome: 'refused', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** A file's text is not taken; `waiting` when something is missing that may still come. */
class Refusal extends Error {
  constructor(
    readonly outcome: 'refused' | 'waiting',
    message: string,
    readonly line?: number,
  ) {
    super(message)
  }
}

/** Where the field an error speaks of stands in the file. */
async function lineIn({ text }: FileChange, { status }: StatusError): Promise<{ line?: number }> {
  const field = status.details?.causes?.[0]?.field
  if (text === undefined || !field) return {}
  const line = await lineOfField(text, field)
  return line === undefined ? {} : { line }
}

const lineOf = ({ line }: Refusal) => (line === undefined ? {} : { line })

/** A namespace that is missing or going may come back; anything else is for the person to mend. */
function waitsFor({ status }: StatusError): 'refused' | 'waiting' {
  const missing = status.reason === 'NotFound' && status.details?.kind === 'namespaces'
  const going = status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating')
  return missing || going ? 'waiting' : 'refused'
}

/** Deleting a file is an API DELETE; with finalizers the object, and so its file, stays a while. */
async function remove(backend: Backend, { target, base }: FileChange): Promise<FileVerdict> {
  const resource = storedResource(backend, target)
  const name =
    target.name ?? (base ? decodeStored({ key: '', revision: 0, json: base }).metadata.name : undefined) ?? ''
  const key = resource.key(target.namespace, name)
  try {
    await deleteObject(backend, editor, resource, target.namespace, name, {
      dryRun: false,
      propagationPolicy: 'Background',
    })
  } catch (error) {
    if (!(error instanceof StatusError) || (error.code !== 404 && error.code !== 403)) throw error
  }
  const left = await backend.store.get(key)
  return left ? { outcome: 'accepted', key, revision: left.revision } : { outcome: 'deleted' }
}

async function accept(backend: Backend, change: FileChange, text: string): Promise<FileVerdict> {
  const { target } = change
  const stored = storedResource(backend, target)
  const { resource, object } = await decodeFile(backend, stored, text)
  const name = checkPlace(resource, object, target)
  const key = resource.key(target.namespace, name)
  const current = await backend.store.get(key)
  if (!current) {
    const options = { ...write, withStatus: true, ...(change.adopting ? { adopting: true } : {}) }
    delete object.metadata.resourceVersion
    const created = await create(backend, editor, resource, target.namespace, object, options)
    return { outcome: 'accepted', key, revision: created.revision }
  }
  const json = change.base ?? current.json
  const base = await readObject(resource, { key, revision: current.revision, json })
  const where = { resource, namespace: target.namespace, name, subresource: '*' } as const
  const updated = await update(backend, editor, where, write, (now) =>
    withServerFields(threeWayMerge(base, object, now) as KubeObject, now),
  )
  return { outcome: 'accepted', key, revision: updated.revision }
}

function storedResource(backend: Backend, { group, resource, namespace }: FileChange['target']): Resource {
  const found = backend.registry.stored(group, resource)
  if (!found) throw new Refusal('waiting', `no resource ${resource} is served in group ${JSON.stringify(group)}`)
  if (found.namespaced && namespace === '') {
    throw new Refusal('refused', `${resource} are namespaced: the file belongs into a folder with a namespace's name`)
  }
  if (!found.namespaced && namespace !== '') {
    throw new Refusal('refused', `${resource} are cluster-scoped: the file belongs into the folder ${resource} itself`)
  }
  return found
}

/** The text as an object of a served version of the kind its folder is for. Unknown fields are refused, not dropped. */
async function decodeFile(
  backend: Backend,
  stored: Resource,
  text: string,
): Promise<{ resource: Resource; object: KubeObject }> {
  const value = parseManifest(text)
  const { apiVersion, kind } = value
  const version = typeof apiVersion === 'string' ? apiVersion.slice(apiVersion.lastIndexOf('/') + 1) : ''
  const resource = backend.registry.resource(stored.group, version, stored.plural)
  if (!resource || apiVersion !== resource.apiVersion || kind !== resource.kind) {
    throw new Refusal(
      'refused',
      `this folder holds ${stored.apiVersion} ${stored.kind}, the file ${apiVersion} ${kind}`,
    )
  }
  const { problems } = dropUnknown(resource, value)
  if (problems.length > 0) {
    const [first = ''] = problems
    throw new Refusal('refused', problems.join(', '), await lineOfField(text, /"(.*)"/.exec(first)?.[1] ?? ''))
  }
  return { resource, object: value as KubeObject }
}

function parseManifest(text: string): JsonObject {
  try {
    const { value, duplicates } = parseYaml(text)
    const [duplicate] = duplicates
    if (duplicate) throw new Refusal('refused', `key ${JSON.stringify(duplicate.key)} is there twice`, duplicate.line)
    if (!isJsonObject(value)) throw new Refusal('refused', 'the file holds no object', 1)
    return value
  } catch (error) {
    if (error instanceof YamlError) throw new Refusal('refused', error.message, error.line)
    throw error
  }
}

/** Name and namespace are those of the path, or left out (STORE 26, 28). Answers with the name. */
function checkPlace(resource: Resource, { metadata }: KubeObject, target: FileChange['target']): string {
  const name = metadata.name ?? target.name
  if (!name) throw new Refusal('refused', 'metadata.name is missing')
  if (target.name !== undefined && name !== target.name) {
    throw new Refusal('refused', `metadata.name ${JSON.stringify(name)} does not fit the file's name`)
  }
  const { namespace = target.namespace } = metadata
  if (namespace !== target.namespace) {
    throw new Refusal('refused', `metadata.namespace ${JSON.stringify(namespace)} does not fit the file's folder`)
  }
  metadata.name = name
  if (resource.namespaced) metadata.namespace = namespace
  return name
}

/** What only the server decides stays as it is, whatever the file says (STORE 25). */
function withServerFields(object: KubeObject, { metadata: own }: KubeObject): KubeObject {
  const { uid: _u, creationTimestamp: _c, deletionTimestamp: _d, generation: _g, ...rest } = object.metadata
  const { deletionGracePeriodSeconds: _s, managedFields: _m, resourceVersion: _r, ...metadata } = rest
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(own.resourceVersion === undefined ? {} : { resourceVersion: own.resourceVersion }),
      ...(own.uid === undefined ? {} : { uid: own.uid }),
      ...(own.creationTimestamp === undefined ? {} : { creationTimestamp: own.creationTimestamp }),
      ...(own.deletionTimestamp === undefined ? {} : { deletionTimestamp: own.deletionTimestamp }),
      ...(own.deletionGracePeriodSeconds === undefined
        ? {}
        : { deletionGracePeriodSeconds: own.deletionGracePeriodSeconds }),
      ...(own.generation === undefined ? {} : { generation: own.generation }),
      ...(own.managedFields === undefined ? {} : { managedFields: own.managedFields }),
    },
  }
}
