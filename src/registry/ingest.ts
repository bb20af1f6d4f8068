import { threeWayMerge } from '../apply/three-way-merge.js'
import { lineOfField } from '../codec/yaml-line.js'
import { formatGroupResource } from '../meta/gvk.js'
import { cloneJson } from '../meta/json-clone.js'
import type { Log } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { StatusError } from '../meta/status.js'
import { groupMasters } from '../meta/user.js'
import { decodeStored } from '../store/encode.js'
import type { FileChange, FileChangeHandler, FileVerdict } from '../store/file-change.js'
import { type Stored, StoreUnavailable } from '../store/store.js'
import type { Backend, Caller } from './backend.js'
import { isBeingDeleted } from './being-deleted.js'
import { create } from './create.js'
import { deleteObject } from './delete.js'
import { objectOfFile, Refusal, resourceOfFile } from './file-object.js'
import { plainWrite, type WriteOptions } from './options.js'
import type { OwnerSuccessors } from './owner-successors.js'
import { readObject } from './read.js'
import type { Resource } from './resource.js'
import { changedServerFields, withServerFields } from './server-fields.js'
import { update } from './update.js'

/** Who an edit by hand is written by. */
const editor: Caller = { user: { name: 'file', groups: [groupMasters] }, warn: () => {} }
const write: WriteOptions = { ...plainWrite, fieldManager: 'file' }

/**
 * Takes what people wrote into files (STORE 20 to 29): each change goes through the same verbs as a request, so it is
 * converted, defaulted, validated and seen by every watcher. What can't be accepted changes nothing.
 */
export function ingest(backend: Backend, log: Log, successors: OwnerSuccessors): FileChangeHandler {
  const edits = new Ingest(backend, log, successors)
  return async (changes) => {
    const verdicts: FileVerdict[] = []
    for (const change of changes) verdicts.push(await edits.judge(change))
    return verdicts
  }
}

class Ingest {
  /** Objects of an earlier life of the folder that are back, so that a copy of a file is told from the file. */
  readonly #adopted = new Set<string>()

  constructor(
    private readonly backend: Backend,
    private readonly log: Log,
    private readonly successors: OwnerSuccessors,
  ) {}

  async judge(change: FileChange): Promise<FileVerdict> {
    try {
      return change.text === undefined ? await this.#remove(change) : await this.#accept(change, change.text)
    } catch (error) {
      if (error instanceof Refusal) return refused(error.outcome, error.message, error.line)
      if (error instanceof StatusError) return refused(outcomeOf(error), error.message, await lineIn(change, error))
      return refused('refused', error instanceof Error ? error.message : String(error))
    }
  }

  /**
   * Deleting a file is an API DELETE of the object it told; with finalizers the object, and so its file, stays a while.
   * One that may not be deleted gets its file back.
   */
  async #remove({ path, target, base }: FileChange): Promise<FileVerdict> {
    const resource = resourceOfFile(this.backend, target)
    const { name: told, uid } = base ? decodeStored({ key: '', revision: 0, json: base }).metadata : {}
    const name = target.name ?? told ?? ''
    const key = resource.key(target.namespace, name)
    const doomed = { resource, namespace: target.namespace, name }
    const preconditions = uid === undefined ? {} : { preconditions: { uid } }
    const options = { dryRun: false, propagationPolicy: 'Background', ...preconditions } as const
    try {
      await deleteObject(this.backend, editor, doomed, options)
    } catch (error) {
      if (!(error instanceof StatusError) || ![403, 404, 409].includes(error.code)) throw error
      if (error.code !== 404) this.log.warn('file deletion undone', { path, reason: error.message })
    }
    const left = await this.backend.store.get(key)
    return left ? { outcome: 'accepted', key, revision: left.revision } : { outcome: 'deleted' }
  }

  async #accept(change: FileChange, text: string): Promise<FileVerdict> {
    const { target } = change
    const stored = resourceOfFile(this.backend, target)
    const { resource, object, name } = await objectOfFile(this.backend, stored, target, text)
    const key = resource.key(target.namespace, name)
    for (;;) {
      const current = await this.backend.store.get(key)
      if (current && isSuccessor(change, object, current)) {
        const which = `${formatGroupResource(resource.groupResource)} ${JSON.stringify(name)}`
        throw new Refusal('waiting', `object is being deleted: ${which} already exists`)
      }
      try {
        const { revision } = current
          ? await this.#update(change, resource, object, current)
          : await this.#create(change, resource, cloneJson(object))
        return { outcome: 'accepted', key, revision }
      } catch (error) {
        // Somebody else made it at the same moment: then this is an edit of it.
        const raced = !current && error instanceof StatusError && error.status.reason === 'AlreadyExists'
        if (!raced) throw error
      }
    }
  }

  /** A uid that is given belongs to another object, unless that one was in this file when the folder was last used. */
  async #create({ path, target, adopting }: FileChange, resource: Resource, object: KubeObject): Promise<Stored> {
    const { uid } = object.metadata
    const isBack = adopting === true && uid !== undefined && !this.#adopted.has(uid)
    delete object.metadata.resourceVersion
    const options = { ...write, withStatus: true, adopting: isBack }
    if (isBack) this.#adopted.add(uid)
    this.successors.follow(object)
    const stored = await create(this.backend, editor, { resource, namespace: target.namespace }, object, options)
    if (!isBack && uid !== undefined) {
      this.log.info('a file with the uid of another object has got its own', { path, uid })
      this.successors.add(uid, decodeStored(stored))
    }
    return stored
  }

  /** Without a base nobody knows what was left out on purpose: then the file only adds and changes. */
  async #update(
    { path, target, base: json, wasStatus }: FileChange,
    resource: Resource,
    object: KubeObject,
    current: Stored,
  ): Promise<Stored> {
    const { name = '' } = object.metadata
    const base = json && (await readObject(resource, { key: current.key, revision: current.revision, json }))
    const file = base && wasStatus?.(object.status) ? { ...object, status: base.status } : object
    const where = { resource, namespace: target.namespace, name, subresource: '*' } as const
    let undone: string[] = []
    const stored = await update(this.backend, editor, where, write, (now) => {
      undone = changedServerFields(object.metadata, (base ?? now).metadata)
      return withServerFields(threeWayMerge(base, file, now, resource.version.schema) as KubeObject, now)
    })
    if (undone.length > 0) {
      this.log.warn('edits of what only the server decides are undone', { path, fields: undone.join(', ') })
    }
    return stored
  }
}

/**
 * Whether the text is of an object that comes after the one that is being deleted: a branch that is checked out again
 * says nothing of the deletion, which the file told before, or there was no file.
 */
function isSuccessor({ base }: FileChange, { metadata }: KubeObject, current: Stored): boolean {
  if (metadata.deletionTimestamp !== undefined || !isBeingDeleted(current)) return false
  return base === undefined || decodeStored({ ...current, json: base }).metadata.deletionTimestamp !== undefined
}

function refused(outcome: 'refused' | 'waiting', reason: string, line?: number): FileVerdict {
  return { outcome, reason, ...(line === undefined ? {} : { line }) }
}

/** Where the field an error speaks of stands in the file. */
async function lineIn({ text }: FileChange, { status }: StatusError): Promise<number | undefined> {
  const field = status.details?.causes?.[0]?.field
  return text === undefined || !field ? undefined : lineOfField(text, field)
}

/** A namespace that is missing or going may come back; anything else is for the person to mend. */
function outcomeOf(error: StatusError): 'refused' | 'waiting' {
  const { status } = error
  const missing = status.reason === 'NotFound' && status.details?.kind === 'namespaces'
  const going = status.details?.causes?.some((cause) => cause.reason === 'NamespaceTerminating')
  return missing || going || error instanceof StoreUnavailable ? 'waiting' : 'refused'
}
