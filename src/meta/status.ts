import { type FieldError, formatFieldErrors } from './field-error.js'
import { quoteGo } from './go-quote.js'
import { formatGroupKind, formatGroupResource, type GroupResource } from './gvk.js'

/** Upstream's meta/v1 Status: what every failed request, and most deletions, are answered with (API-SEMANTICS E00). */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: { resourceVersion?: string; continue?: string }
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: StatusDetails
  code?: number
}

/** What a Status is about; `kind` is the plural name of the resource, but of an Invalid one the kind. */
export interface StatusDetails {
  name?: string
  group?: string
  kind?: string
  uid?: string
  causes?: StatusCause[]
  retryAfterSeconds?: number
}

/** One thing that is wrong; `field` is its path in the object. */
export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

/** A failure the client sees. Everything that goes wrong in a request is thrown as one, and answered in one place. */
export class StatusError extends Error {
  constructor(readonly status: Status & { code: number }) {
    super(status.message ?? status.reason ?? 'failed')
    this.name = 'StatusError'
  }

  get code(): number {
    return this.status.code
  }
}

function failure(code: number, reason: string | undefined, message: string, details?: StatusDetails): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  })
}

function detailsOf(gr: GroupResource, name: string): StatusDetails {
  return { ...(name ? { name } : {}), ...(gr.group ? { group: gr.group } : {}), kind: gr.resource }
}

/**
 * The errors that kube-apiserver has, each with its status code, reason and words (API-SEMANTICS section 0):
 * `throw errors.badRequest('degrees: must be a number')`. `gr` names a resource, `{ group: 'example.com', resource:
 * 'widgets' }`, and `gk` a kind; `name` is the object's.
 */
export const errors = {
  notFound: (gr: GroupResource, name: string) =>
    failure(404, 'NotFound', `${formatGroupResource(gr)} ${quoteGo(name)} not found`, detailsOf(gr, name)),

  /** Unknown resource or subresource of a known group version (E09). */
  unknownPath: () => failure(404, 'NotFound', 'the server could not find the requested resource', {}),

  alreadyExists: (gr: GroupResource, name: string, beingDeleted = false) =>
    failure(
      409,
      'AlreadyExists',
      `${beingDeleted ? 'object is being deleted: ' : ''}${formatGroupResource(gr)} ${quoteGo(name)} already exists`,
      detailsOf(gr, name),
    ),

  generateNameConflict: (gr: GroupResource, name: string) =>
    failure(
      409,
      'AlreadyExists',
      `${formatGroupResource(gr)} ${quoteGo(name)} already exists, the server was not able to generate a unique name for the object`,
      { ...detailsOf(gr, name), retryAfterSeconds: 1 },
    ),

  conflict: (
    gr: GroupResource,
    name: string,
    why = 'the object has been modified; please apply your changes to the latest version and try again',
  ) =>
    failure(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${formatGroupResource(gr)} ${quoteGo(name)}: ${why}`,
      detailsOf(gr, name),
    ),

  invalid: (gk: { group: string; kind: string }, name: string, fields: readonly FieldError[]) => {
    return failure(422, 'Invalid', `${formatGroupKind(gk)} ${quoteGo(name)} is invalid: ${formatFieldErrors(fields)}`, {
      ...(name ? { name } : {}),
      ...(gk.group ? { group: gk.group } : {}),
      ...(gk.kind ? { kind: gk.kind } : {}),
      causes: fields.map((f) => ({ reason: f.reason, message: f.message, field: f.field })),
    })
  },

  /** 422 without details: a JSON patch that can't be applied (P02). */
  unprocessable: () => failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {}),

  forbidden: (gr: GroupResource, name: string, why: string, causes?: StatusCause[]) =>
    failure(403, 'Forbidden', `${formatGroupResource(gr)}${name ? ` ${quoteGo(name)}` : ''} is forbidden: ${why}`, {
      ...detailsOf(gr, name),
      ...(causes ? { causes } : {}),
    }),

  forbiddenPath: (why: string) => failure(403, 'Forbidden', `forbidden: ${why}`, {}),

  unauthorized: () => failure(401, 'Unauthorized', 'Unauthorized'),

  methodNotAllowed: () =>
    failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {}),

  /** A kind that is not stored can't be watched (E08). */
  watchNotSupported: (resource: string) =>
    failure(405, 'MethodNotAllowed', `watch is not supported on resources of kind "${resource}"`, { kind: resource }),

  badRequest: (message: string) => failure(400, 'BadRequest', message),

  /** Without `accepted`: what upstream's router says, before anything of the resource is asked (E11). */
  unsupportedMediaType: (accepted?: readonly string[]) =>
    accepted
      ? failure(
          415,
          'UnsupportedMediaType',
          `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
        )
      : failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {}),

  notAcceptable: (accepted: readonly string[]) =>
    failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`),

  /** `byRouter`: said before anything of the resource was asked. */
  notAcceptableShape: (why: string, byRouter = false) => failure(406, 'NotAcceptable', why, byRouter ? {} : undefined),

  /** A list or watch from a revision that is gone: reason Expired, not Gone (E13). */
  expired: (message: string, continueToken?: string) => {
    const error = failure(410, 'Expired', message)
    if (continueToken !== undefined) error.status.metadata.continue = continueToken
    return error
  },

  tooLarge: (message: string) => failure(413, 'RequestEntityTooLarge', message),

  futureRevision: (wanted: number, current: number) =>
    failure(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    }),

  timeout: (message: string, retryAfterSeconds?: number) =>
    failure(504, 'Timeout', `Timeout: ${message}`, retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),

  tooManyRequests: (message: string, retryAfterSeconds: number) =>
    failure(429, 'TooManyRequests', message, { retryAfterSeconds }),

  internal: (message: string) =>
    failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }),

  unavailable: (message: string, retryAfterSeconds?: number) =>
    failure(503, 'ServiceUnavailable', message, retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),

  /** What upstream reports as a bare 500 without a reason (E14); clients only look at the text. */
  bare: (code: number, message: string) => failure(code, undefined, message),
}

/** Status of a finished deletion (API-SEMANTICS V47). */
export function deletedStatus(gr: GroupResource, name: string, uid: string): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(gr.group ? { group: gr.group } : {}), kind: gr.resource, uid },
  }
}
