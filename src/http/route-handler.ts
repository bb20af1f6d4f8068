import { pathSegments } from '../meta/request-info.js'
import type { GroupRoutes } from '../registry/group-definition.js'
import { isStreamedAnswer } from '../registry/streamed-answer.js'
import { jsonAccepted } from './accept.js'
import { readAnyBody } from './any-body.js'
import type { Answer, Call } from './call.js'
import { encodeValue, wantsPretty } from './encode.js'
import { plainText } from './plain-text.js'
import type { Streams } from './streams.js'

/** Segments of `/apis/<group>/<version>/<route>`. */
const routeDepth = 4

/** A path below a group version that an API group's own code answers. @returns undefined when a stream has begun */
export async function handleRoute(
  call: Call,
  route: GroupRoutes[string],
  streams: Streams,
): Promise<Answer | undefined> {
  const { request, response, query, user, info } = call
  const signal = streams.signalOf(response)
  const rest = pathSegments(info.path).slice(routeDepth)
  const answer = await route({ method: request.method ?? '', rest, query, user, body: await readAnyBody(call), signal })
  if (typeof answer === 'string') return plainText(200, answer)
  if (!isStreamedAnswer(answer)) {
    return encodeValue(answer, 200, jsonAccepted, wantsPretty(query, request.headers['user-agent']))
  }
  streams.begin(response, answer, signal)
  return undefined
}
