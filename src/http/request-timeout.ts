import { parseGoDuration } from '../meta/go-duration.js'
import { errors } from '../meta/status.js'
import type { Call } from './call.js'

/**
 * How long a request may take, in milliseconds; undefined for watches and below `/wukong`, where extensions may stream
 * and the proxy keeps its own time. `?timeout=5s` makes it shorter, never longer
 * (API-SEMANTICS A71).
 * @throws StatusError BadRequest
 */
export function requestTimeout({ info, query }: Call, limit: number): number | undefined {
  if (info.verb === 'watch' || info.path.startsWith('/wukong/')) return undefined
  const asked = query.get('timeout')
  if (!asked) return limit
  const milliseconds = parseGoDuration(asked)
  if (milliseconds === undefined) {
    const why = `time: invalid duration ${JSON.stringify(asked)}`
    throw errors.badRequest(`invalid timeout specified in the request URL - ${why}`)
  }
  return milliseconds > 0 && milliseconds < limit ? milliseconds : limit
}

/** @throws StatusError Timeout when `work` is not done in time; it goes on, but nobody hears of its answer */
export function withTimeout<T>(milliseconds: number | undefined, work: () => T | Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(errors.timeout('request did not complete within the allotted timeout'))
    const timer = milliseconds === undefined ? undefined : setTimeout(late, Math.min(milliseconds, 2 ** 31 - 1))
    const done = async () => {
      try {
        resolve(await work())
      } catch (error) {
        reject(error)
      } finally {
        clearTimeout(timer)
      }
    }
    void done()
  })
}
