import type { RequestInfo } from '../meta/request-info.js'
import type { Backend } from '../registry/backend.js'
import { callSubresource, subresourceCall } from '../registry/call-subresource.js'
import type { CustomSubresource, SubresourceConnection } from '../registry/definition.js'
import { fieldManagerOf } from '../registry/field-manager.js'
import type { Resource } from '../registry/resource.js'
import { isStreamedAnswer } from '../registry/streamed-answer.js'
import type { Answer, Call } from './call.js'
import { readSubresourceObject } from './call-body.js'
import { connectionOf } from './connection.js'
import { encodeValue } from './encode.js'
import { plainText } from './plain-text.js'
import { presentationOf } from './present.js'
import type { Streams } from './streams.js'

/** Serves a subresource of an API group's own. @returns undefined when a stream or a conversation has begun */
export async function handleCustom(
  backend: Backend,
  call: Call,
  resource: Resource,
  subresource: CustomSubresource,
  streams: Streams,
): Promise<Answer | undefined> {
  const { info, query, request, response } = call
  const signal = streams.signalOf(response)
  const target = {
    resource,
    namespace: info.namespace,
    name: info.name,
    method: request.method ?? '',
    query,
    signal,
    subresource: info.subresource,
    subpath: subpathOf(info),
    dryRun: query.getAll('dryRun').includes('All'),
    fieldManager: fieldManagerOf(query.get('fieldManager') ?? '', request.headers['user-agent']),
  }
  if (subresource.connect) {
    const connection = await connectionOf(request, response, signal)
    const toCall = () => subresourceCall(backend, call, { ...target, body: undefined })
    if (connection) return talk(async () => subresource.connect?.(toCall(), connection), connection, streams)
  }
  const presentation = presentationOf(call, resource)
  const body = (await readSubresourceObject(call, resource, subresource))?.value
  const answer = await callSubresource(backend, call, subresource, { ...target, body })
  if (typeof answer === 'string') return plainText(answer === '' ? 204 : 200, answer)
  if (isStreamedAnswer(answer)) return void streams.begin(response, answer, signal)
  return encodeValue(answer, target.method === 'POST' ? 201 : 200, presentation.form, presentation.pretty)
}

/** `…/pods/p/proxy/a/` → `/a/` */
function subpathOf({ path, rest }: RequestInfo): string {
  const subpath = rest.map((segment) => `/${segment}`).join('')
  return path.endsWith('/') ? `${subpath}/` : subpath
}

/** Begins a conversation, which goes on by itself. */
function talk(begin: () => Promise<void>, connection: SubresourceConnection, streams: Streams): undefined {
  begin()
    .catch((error: unknown) => streams.failed(error))
    .finally(() => connection.close())
}
