import { fieldError } from '../meta/field-error.js'
import { deletedStatus, errors } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import { listComputed, storedForm } from '../registry/computed-objects.js'
import type { ComputedCall } from '../registry/computed-verbs.js'
import { type Below, createComputed } from '../registry/create-computed.js'
import { decodeObject } from '../registry/decode-object.js'
import type { ResourceDefinition } from '../registry/definition.js'
import { Resource } from '../registry/resource.js'
import { readDeleteOptions, readObject } from './call-body.js'
import type { Answer, Call } from './context.js'
import { encodeValue } from './encode.js'
import { listOptions } from './list-options.js'
import { deleteOptions, writeOptions } from './options.js'
import { presentationOf, presentList, presentStored } from './present.js'
import type { Watches } from './watches.js'

/** Serves a resource that is not stored: each request is one call of the function there is for its verb. */
export async function handleComputed(
  backend: Backend,
  call: Call,
  resource: Resource,
  watches: Watches,
): Promise<Answer | undefined> {
  const { info, query } = call
  const { verbs = {} } = resource.definition
  const { namespace, name } = info
  checkPath(call, resource)
  const computed = (dryRun = false): ComputedCall => ({ namespace, name: '', user: call.user, dryRun })
  switch (info.verb) {
    case 'create':
      return create(backend, call, resource)
    case 'get': {
      if (!verbs.get || call.request.method === 'HEAD') throw errors.methodNotAllowed()
      const presentation = presentationOf(call, resource)
      return presentStored(resource, storedForm(resource, await verbs.get(computed(), name)), 200, presentation)
    }
    case 'list': {
      const presentation = presentationOf(call, resource)
      const items = await listComputed(resource, computed(), listOptions(query))
      return presentList(resource, { items, revision: 0, continue: undefined, remaining: undefined }, presentation)
    }
    case 'watch':
      checkWatch(call, resource)
      await watches.begin(call, resource)
      return undefined
    case 'delete': {
      if (!verbs.delete) throw errors.methodNotAllowed()
      const presentation = presentationOf(call, resource)
      const { dryRun } = deleteOptions(query, await readDeleteOptions(call))
      const last = await verbs.delete(computed(dryRun), name)
      if (resource.definition.rules?.returnsDeletedObject) {
        return presentStored(resource, storedForm(resource, last), 200, presentation)
      }
      const status = deletedStatus(resource.groupResource, name, last.metadata.uid ?? '')
      return encodeValue(status, 200, presentation.form, presentation.pretty)
    }
    default:
      throw errors.methodNotAllowed()
  }
}

/** Upstream has routes only for the verbs there are: an object that nothing can be done with is no path at all. */
function checkPath({ info }: Call, resource: Resource): void {
  const { verbs = {} } = resource.definition
  const named = info.name !== '' && info.verb !== 'list' && info.verb !== 'watch'
  if (info.subresource !== '' || (named && !verbs.get && !verbs.delete)) throw errors.unknownPath()
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
  return create(backend, call, new Resource(definition, version), { resource, name, subresource })
}

async function create(backend: Backend, call: Call, resource: Resource, below?: Below): Promise<Answer> {
  const { info, query, request } = call
  if (resource.namespaced && info.namespace === '') throw errors.methodNotAllowed()
  const presentation = presentationOf(call, resource)
  const options = writeOptions(query, 'CreateOptions', request.headers['user-agent'])
  const body = await readObject(call, resource, options.fieldValidation)
  const object = decodeObject(resource, body, options.fieldValidation, call)
  const answer = await createComputed(backend, call, resource, info.namespace, object, options, below)
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
