import { pathSegmentErrors } from '../meta/names.js'
import type { RequestInfo } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import type { Backend } from '../registry/backend.js'
import type { Subresources } from '../registry/definition.js'
import { warnOfOrphans } from '../registry/delete.js'
import { deleteCollection } from '../registry/delete-collection.js'
import { get } from '../registry/get.js'
import { list } from '../registry/list.js'
import type { Resource } from '../registry/resource.js'
import type { UpdateTarget } from '../registry/target.js'
import type { Answer, Call } from './call.js'
import { readDeleteOptions } from './call-body.js'
import { createBelow, handleComputed } from './computed-handler.js'
import { handleCustom } from './custom-subresource-handler.js'
import { listOptions } from './list-options.js'
import { createObject, patchObject, removeObject, replaceObject } from './object-writes.js'
import { deleteOptions, revision } from './options.js'
import { pageNotFound } from './plain-text.js'
import { presentationOf, presentList, presentStored } from './present.js'
import { handleRoute } from './route-handler.js'
import { handleScale } from './scale-handler.js'
import type { Streams } from './streams.js'
import type { Watches } from './watches.js'

/** Serves requests of resources: from path and method to a verb of the registry, and back to an answer. */
export class ResourceHandler {
  constructor(
    private readonly backend: Backend,
    private readonly watches: Watches,
    private readonly streams: Streams,
  ) {}

  /** @returns undefined when the answer is a stream that has begun */
  async handle(call: Call): Promise<Answer | undefined> {
    const { info } = call
    if (call.request.method === 'HEAD') throw errors.methodNotAllowed()
    const resource = this.backend.registry.resource(info.group, info.version, info.resource)
    if (!resource) {
      const route = this.backend.registry.route(info.group, info.version, info.resource)
      return route ? handleRoute(call, route, this.streams) : this.unknown(info)
    }
    if (info.verb !== 'create' || info.subresource !== '') checkNameSegment(info.name)
    if (isServed(resource, info) && resource.deprecation) call.warn(resource.deprecation)
    checkScope(resource, info)
    if (resource.definition.verbs) {
      return handleComputed(this.backend, call, resource, this.watches)
    }
    if (info.subresource !== '') return this.subresource(call, resource)
    if (info.name === '' || isCollection(info)) return this.collection(call, resource)
    return this.object(call, resource)
  }

  /**
   * A group version that is not served is no path at all; an unknown resource of a served one is a Status, unless all
   * that is served there comes of CustomResourceDefinitions (E09).
   */
  private unknown({ group, version }: RequestInfo): Answer {
    const found = this.backend.registry.group(group)
    const others = found?.resources(version).some(({ definition }) => !definition.rules?.customResource)
    if (group === '' || found?.builtin || others) throw errors.unknownPath()
    return pageNotFound()
  }

  private async collection(call: Call, resource: Resource): Promise<Answer | undefined> {
    const { info, query } = call
    const target = { resource, namespace: info.namespace }
    switch (info.verb) {
      case 'list': {
        const presentation = presentationOf(call, resource)
        return presentList(resource, await list(this.backend, target, listOptions(query)), presentation)
      }
      case 'watch':
        await this.watches.begin(call, resource)
        return undefined
      case 'create':
        return createObject(this.backend, call, resource)
      case 'deletecollection': {
        if (resource.definition.rules?.noDeleteCollection) throw errors.methodNotAllowed()
        const presentation = presentationOf(call, resource)
        const selected = { ...listOptions(query), limit: 0 }
        const options = deleteOptions(query, await readDeleteOptions(call))
        warnOfOrphans(call, resource, options)
        const page = await deleteCollection(this.backend, call, target, selected, options)
        return presentList(resource, page, presentation)
      }
      default:
        throw errors.methodNotAllowed()
    }
  }

  private async object(call: Call, resource: Resource): Promise<Answer> {
    const { info, query } = call
    const { namespace, name } = info
    switch (info.verb) {
      case 'get': {
        const presentation = presentationOf(call, resource)
        const stored = await get(this.backend, { resource, namespace, name }, revision(query))
        return presentStored(resource, stored, 200, presentation)
      }
      case 'update':
        return replaceObject(this.backend, call, { resource, namespace, name, subresource: '' })
      case 'patch':
        return patchObject(this.backend, call, { resource, namespace, name, subresource: '' })
      case 'delete':
        return removeObject(this.backend, call, resource)
      default:
        throw errors.methodNotAllowed()
    }
  }

  private async subresource(call: Call, resource: Resource): Promise<Answer | undefined> {
    const { info } = call
    const { subresources } = resource.version
    const { namespace, name, subresource } = info
    const verbs = partVerbs(subresources, subresource)
    if (verbs) return this.part(call, { resource, namespace, name, subresource }, verbs)
    if (subresource === 'scale' && subresources?.scale) {
      return handleScale(this.backend, call, { resource, namespace, name, subresource: '', scale: subresources.scale })
    }
    const custom = subresources?.custom
    const found = custom && Object.hasOwn(custom, subresource) ? custom[subresource] : undefined
    if (!found) throw resource.builtin ? errors.unknownPath() : errors.notFound(resource.groupResource, name)
    if (found.creates) return createBelow(this.backend, call, resource, found.creates)
    return handleCustom(this.backend, call, resource, found, this.streams)
  }

  /** A subresource that is the object itself, of which it may change a part. */
  private part(call: Call, target: UpdateTarget, verbs: readonly string[]): Promise<Answer> {
    const { verb } = call.info
    if (!verbs.includes(verb)) throw errors.methodNotAllowed()
    if (verb === 'update') return replaceObject(this.backend, call, target)
    return verb === 'patch' ? patchObject(this.backend, call, target) : this.object(call, target.resource)
  }
}

/** Whether there is anything at the path and with the verb: who asks for what is not there is told nothing else. */
function isServed({ version: { subresources } }: Resource, { verb, name, subresource }: RequestInfo): boolean {
  if (subresource === '') return verb !== 'create' || name === ''
  const isCustom = subresources?.custom !== undefined && Object.hasOwn(subresources.custom, subresource)
  return isCustom || (subresource === 'scale' && !!subresources?.scale) || !!partVerbs(subresources, subresource)
}

/** What can be done with a subresource that is the object itself; undefined for any other. */
function partVerbs({ status, finalize, parts = {} }: Subresources = {}, name: string): readonly string[] | undefined {
  if (name === 'status' && status) return ['get', 'patch', 'update']
  if (name === 'finalize' && finalize) return ['update']
  return Object.hasOwn(parts, name) ? parts[name] : undefined
}

/** Cluster-scoped resources have no namespace in their path, and namespaced objects can't do without (E09). */
function checkScope(resource: Resource, info: RequestInfo): void {
  const isNamespaces = resource.group === '' && resource.plural === 'namespaces'
  if (!resource.namespaced && info.namespace !== '' && !isNamespaces) throw errors.unknownPath()
  if (resource.namespaced && info.namespace === '' && info.name !== '' && !isCollection(info))
    throw errors.unknownPath()
}

/** A list or watch keeps the name its field selector asks for in `name`; the path had none. */
function isCollection({ verb }: RequestInfo): boolean {
  return verb === 'list' || verb === 'watch'
}

/** A name that could be no key of anything is told so, as upstream's store does. @throws StatusError BadRequest */
function checkNameSegment(name: string): void {
  const wrong = pathSegmentErrors(name)
  if (wrong.length > 0) throw errors.badRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${wrong.join(';')}`)
}
