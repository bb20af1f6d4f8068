import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject } from '../meta/object.js'
import { create } from '../registry/create.js'
import type { WriteOptions } from '../registry/options.js'
import { readObject } from '../registry/read.js'
import type { Resource } from '../registry/resource.js'
import { update } from '../registry/update.js'
import type { ControllerContext } from './controller.js'
import { ignoringNotFound, isNamespaceGone } from './write.js'

export interface Wanted {
  readonly resource: Resource
  readonly namespace: string
  /** With its name. */
  readonly object: KubeObject
  readonly write: WriteOptions
  /** What is there, as it should be; default: with the members of `object` beside its metadata. */
  correct?(current: KubeObject): KubeObject
}

/** Creates an object that is missing and corrects one that is wrong. */
export async function ensure(
  { backend, caller }: Pick<ControllerContext, 'backend' | 'caller'>,
  wanted: Wanted,
): Promise<void> {
  const { resource, namespace, object, write } = wanted
  const { apiVersion: _a, kind: _k, metadata, ...content } = object
  const { name = '' } = metadata
  const stored = await backend.store.get(resource.key(namespace, name))
  if (!stored) {
    await create(backend, caller, { resource, namespace }, object, write).catch((error: unknown) => {
      if (!isNamespaceGone(error)) throw error
    })
    return
  }
  const correct = wanted.correct ?? ((current: KubeObject) => ({ ...current, ...content }))
  // Most are right, and a start asks for all of them: what a write does first, to find that it changes nothing, is saved.
  const current = await readObject(resource, stored)
  if (jsonEquals(correct(cloneJson(current)), current)) return
  await ignoringNotFound(update(backend, caller, { resource, namespace, name, subresource: '' }, write, correct))
}
