import { fieldError } from '../meta/field-error.js'
import { errors } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import { getComputed, listComputed, storedForm } from '../registry/computed-objects.js'
import type { ComputedCall } from '../registry/computed-verbs.js'
import { type ComputedTarget, createComputed } from '../registry/create-computed.js'
import type { ResourceDefinition } from '../registry/definition.js'
import { ownStorage } from '../registry/own-storage.js'
import { Resource } from '../registry/resource.js'
import type { Answer, Call } from './call.js'
import { listOptions } from './list-options.js'
import { createObject, patchObject, readNew, removeObject, replaceObject } from './object-writes.js'
import { presentationOf, presentList, presentStored } from './present.js'
import type { Watches } from './watches.js'

/** Serves a resource that no store keeps: what is asked is asked of the functions there are for its verbs. */
export async function handleComputed(
  backend: Backend,
  call: Call,
  resource: Resource,
  watches: Watches,
): Promise<Answer | undefined> {
  const { info, query } = call
  const { verbs = {} } = resource.definition
  const { namespace, name, subresource } = info
  checkPath(call, resource)
  const computed: ComputedCall = { namespace, name: '', user: call.user, dryRun: false }
  const own = () => ownStorage(backend, resource, verbs, computed)
  switch (info.verb) {
    case 'create':
      if (verbs.create && verbs.get) return createObject(own(), call, resource)
      return create(backend, call, { resource })
    case 'get': {
      if (!verbs.get) throw errors.methodNotAllowed()
      const presentation = presentationOf(call, resource)
      return presentStored(resource, await getComputed(resource, computed, name), 200, presentation)
    }
    case 'list': {
      const presentation = presentationOf(call, resource)
      const items = await listComputed(resource, computed, listOptions(query))
      return presentList(resource, { items, revision: 0, continue: undefined, remaining: undefined }, presentation)
    }
    case 'watch':
      checkWatch(call, resource)
      await watches.begin(call, resource)
      return undefined
    case 'update':
    case 'patch': {
      if (!verbs.update) throw errors.methodNotAllowed()
      const write = info.verb === 'update' ? replaceObject : patchObject
      return write(own(), call, { resource, namespace, name, subresource })
    }
    case 'delete':
      if (!verbs.delete) throw errors.methodNotAllowed()
      return removeObject(own(), call, resource)
    default:
      throw errors.methodNotAllowed()
  }
}

/** Upstream has routes only for the verbs there are: an object that nothing can be done with is no path at all. */
function checkPath({ info }: Call, resource: Resource): void {
  const { verbs = {} } = resource.definition
  const named = info.name !== '' && info.verb !== 'list' && info.verb !== 'watch'
  if (info.subresource !== '' && !(info.subresource === 'status' && resource.hasStatus)) throw errors.unknownPath()
  if (named && !verbs.get) throw errors.unknownPath()
  if (resource.namespaced && info.namespace === '' && !verbs.list && !verbs.watch) throw errors.unknownPath()
}

/** POST of a subresource that makes an object of another kind, which is stored nowhere. */
export function createBelow(
  backend: Backend,
  call: Call,
  resource: Resource,
  definition: ResourceDefinition,
): Promise<Answer> {
  const { verb, name, subresource } = call.info
  const [version] = definition.versions
  if (verb !== 'create' || !version) throw errors.methodNotAllowed()
  const target = { resource: new Resource(definition, version), below: { resource, name, subresource } }
  return create(backend, call, target)
}

async function create(backend: Backend, call: Call, target: Omit<ComputedTarget, 'namespace'>): Promise<Answer> {
  const { resource } = target
  const { presentation, options, object } = await readNew(call, resource)
  const answer = await createComputed(backend, call, { ...target, namespace: call.info.namespace }, object, options)
  return presentStored(resource, storedForm(resource, answer), 201, presentation)
}

function checkWatch({ query }: Call, resource: Resource): void {
  const { watch, list } = resource.definition.verbs ?? {}
  if (!watch) throw list ? errors.watchNotSupported(resource.plural) : errors.methodNotAllowed()
  // There are no revisions that could mark the end of the initial events: client-go then lists first.
  if (!query.has('sendInitialEvents')) return
  const why = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
  throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    fieldError.forbidden('sendInitialEvents', why),
  ])
}
