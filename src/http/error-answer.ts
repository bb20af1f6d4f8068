import type { Log } from '../meta/log.js'
import { errors, StatusError } from '../meta/status.js'
import { acceptedForm, jsonAccepted } from './accept.js'
import type { Answer, Call } from './call.js'
import { encodeValue, wantsPretty } from './encode.js'
import { TooManyInflight } from './inflight-limits.js'
import { plainText, TextError } from './plain-text.js'
import { problemAnswer } from './problem.js'

/**
 * The one place where a failure becomes an answer: a Status in the form the client takes (API-SEMANTICS E00, E12), and
 * below `/wukong` a problem document.
 */
export function answerError(error: unknown, call: Call, log: Log): Answer {
  if (error instanceof TooManyInflight) return tooMany
  if (error instanceof TextError) return plainText(error.code, `${error.message}\n`)
  const known = statusErrorOf(error, call, log)
  const pretty = wantsPretty(call.query, call.request.headers['user-agent'])
  const { path } = call.info
  const answer = path.startsWith('/wukong/')
    ? problemAnswer(known.status, path)
    : encodeValue(known.status, known.code, errorForm(call), pretty)
  const seconds = known.status.details?.retryAfterSeconds
  return {
    ...answer,
    headers: {
      ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
      ...(known.code === 403 ? { 'X-Content-Type-Options': 'nosniff' } : {}),
      ...(endsConnection(known.code, call) ? { Connection: 'close' } : {}),
    },
  }
}

const tooManyText = plainText(429, 'Too many requests, please try again later.\n')
const tooMany: Answer = { ...tooManyText, headers: { ...tooManyText.headers, 'Retry-After': '1' } }

/** What is left of a body that nobody reads must not be taken for the next request. HTTP/2 has streams for that. */
function endsConnection(code: number, { request }: Call): boolean {
  return request.httpVersionMajor < 2 && (code === 413 || (code === 504 && !request.complete))
}

function statusErrorOf(error: unknown, call: Call, log: Log): StatusError {
  if (error instanceof StatusError) return error
  const message = error instanceof Error ? error.message : String(error)
  log.error(`${call.request.method} ${call.info.path} failed`, {
    error: message,
    stack: error instanceof Error ? error.stack : undefined,
  })
  return errors.internal(message)
}

function errorForm(call: Call) {
  try {
    const { as: _, ...form } = acceptedForm(call.request.headers.accept, { protobuf: call.protobuf })
    return form
  } catch {
    return jsonAccepted
  }
}
