import type Router from '@koa/router'
import type { Call } from '../../http/call.js'
import { readBody } from '../../http/read-body.js'
import { parseGoDuration } from '../../meta/go-duration.js'
import { isJsonObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { ExtensionContext } from '../extension.js'

/**
 * `POST /wukong/token`, with `{"duration":"30m"}` or nothing: a token that is the caller for a while, for kubectl where
 * it is let in with such a one only. Answers with `token` and `expirationTimestamp`.
 */
export function register(router: Router, { issueToken }: ExtensionContext): void {
  router.post('/', async (ctx) => {
    const call = ctx.state.call as Call
    const { token, expires } = await issueToken(call.user, durationIn(await readBody({ request: call.request })))
    ctx.status = 201
    ctx.body = { token, expirationTimestamp: `${expires.toISOString().slice(0, 19)}Z` }
  })
}

/** Milliseconds; undefined: as long as may be. */
function durationIn(body: Buffer): number | undefined {
  if (body.length === 0) return undefined
  const asked = parsed(body.toString('utf8'))
  if (!isJsonObject(asked)) throw errors.badRequest('the body must be a JSON object such as {"duration":"30m"}')
  if (asked.duration === undefined) return undefined
  const duration = typeof asked.duration === 'string' ? parseGoDuration(asked.duration) : undefined
  if (!duration || duration <= 0) throw errors.badRequest('duration must be a text such as 30m or 1h30m')
  return duration
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
