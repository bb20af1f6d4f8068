import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Call } from '../../http/call.js'
import { errors } from '../../meta/status.js'
import type { Backend } from '../../registry/backend.js'
import type { Resource } from '../../registry/resource.js'
import type { ExtensionContext } from '../extension.js'
import { toConcise } from './concise-object.js'
import { etag, taggedVersions } from './etag.js'
import { eventFrames, eventQuery } from './events.js'
import { concisePath, preferredResources } from './find-resource.js'
import { conciseList } from './list.js'
import { Objects } from './objects.js'
import { createConcise, deleteConcise, objectOf, patchConcise } from './write.js'

/**
 * `/wukong/r/<resource>[.<version>][.<group>][/<namespace>][/<name>[/status]]`: every resource in concise JSON. The
 * request has been authorised, and is counted and noted, as the one to the Kubernetes API that it equals.
 */
export function register(router: Router, context: ExtensionContext): void {
  const { backend } = context
  router.get('/', (ctx) => {
    ctx.body = { resources: served(backend) }
  })
  router.all('/*path', async (ctx) => {
    const call = ctx.state.call as Call
    const { info } = call
    const resource = info.isResourceRequest && backend.registry.resource(info.group, info.version, info.resource)
    if (!resource) throw errors.unknownPath()
    if (resource.deprecation) call.warn(resource.deprecation)
    await handle(ctx, call, resource, context)
  })
}

async function handle(ctx: Context, call: Call, resource: Resource, context: ExtensionContext): Promise<void> {
  const { verb, subresource, namespace } = call.info
  if (subresource !== '' && verb !== 'get' && verb !== 'patch') throw errors.methodNotAllowed()
  const objects = new Objects(context.backend, resource, call.info, call)
  switch (verb) {
    case 'list':
      return sendList(ctx, await conciseList(objects, namespace, call.query))
    case 'watch': {
      const lastEventId = ctx.get('last-event-id') || undefined
      const frames = eventFrames(resource, call.query, lastEventId !== undefined)
      const query = eventQuery(call.query, lastEventId)
      ctx.respond = false
      return context.watch(call, resource, frames, query)
    }
    case 'get':
      return sendObject(ctx, call, objects)
    case 'create': {
      if (call.info.name !== '') throw errors.methodNotAllowed()
      const object = toConcise(await createConcise(objects, call))
      const place = resource.namespaced ? `${object.namespace}/${object.name}` : String(object.name)
      ctx.set('Location', `${ctx.path.replace(/\/+$/, '').split('/').slice(0, 4).join('/')}/${place}`)
      return send(ctx, 201, object)
    }
    case 'patch':
      return send(ctx, 200, toConcise(await patchConcise(objects, call)))
    case 'delete': {
      const held = await deleteConcise(objects, call)
      if (held) return send(ctx, 202, toConcise(held))
      ctx.status = 204
      return undefined
    }
    default:
      throw errors.methodNotAllowed()
  }
}

async function sendObject(ctx: Context, call: Call, objects: Objects): Promise<void> {
  const { resource } = objects
  const { namespace, name, subresource } = call.info
  if (subresource && !resource.hasStatus) throw errors.notFound(resource.groupResource, name)
  const stored = await objects.get(namespace, name)
  const version = String(stored.revision)
  if (stored.revision !== 0) ctx.set('ETag', etag(version))
  if (taggedVersions(ctx.get('if-none-match') || undefined)?.includes(version)) {
    ctx.status = 304
    return
  }
  const concise = toConcise(await objectOf(resource, stored))
  ctx.status = 200
  ctx.body = subresource ? (concise.status ?? {}) : concise
}

function send(ctx: Context, code: number, concise: Record<string, unknown>): void {
  if (concise.version) ctx.set('ETag', etag(String(concise.version)))
  ctx.status = code
  ctx.body = concise
}

function sendList(ctx: Context, page: Awaited<ReturnType<typeof conciseList>>): void {
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams(ctx.querystring)
    query.set('page', String(to))
    return `<${ctx.path}?${query}>; rel="${rel}"`
  }
  const links = [
    ...(page.page > 1 ? [link(page.page - 1, 'prev')] : []),
    ...(page.page < page.pages ? [link(page.page + 1, 'next')] : []),
  ]
  if (links.length > 0) ctx.set('Link', links.join(', '))
  ctx.body = page
}

/** What there is, once a resource, in the version that its name alone stands for. */
function served({ registry }: Backend): object[] {
  return preferredResources(registry).map((resource) => {
    const { plural, group, version, kind, namespaced, definition } = resource
    const { shortNames = [] } = definition.names
    return { name: plural, group, version: version.name, kind, namespaced, shortNames, path: concisePath(resource) }
  })
}
