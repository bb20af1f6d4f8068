import { STATUS_CODES } from 'node:http'
import { stringifyJson } from '../codec/json.js'
import type { Status } from '../meta/status.js'
import type { Answer } from './call.js'

/**
 * A failure as RFC 9457 has it, for paths that are not the Kubernetes API's: what a Status says, in a problem document.
 * `errors` has one entry for each thing that is wrong, with the path of the field in the object.
 */
export function problemAnswer(status: Status & { code: number }, path: string): Answer {
  const causes = (status.details?.causes ?? []).filter(({ field }) => field !== undefined)
  const problem = {
    type: 'about:blank',
    title: STATUS_CODES[status.code] ?? 'Error',
    status: status.code,
    ...(status.message ? { detail: status.message } : {}),
    instance: path,
    ...(status.reason ? { reason: status.reason } : {}),
    ...(causes.length > 0 ? { errors: causes.map(({ field, message }) => ({ field, detail: message })) } : {}),
  }
  return { code: status.code, type: 'application/problem+json', body: `${stringifyJson(problem)}\n` }
}
