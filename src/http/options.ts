import { type FieldError, fieldError } from '../meta/field-error.js'
import { parseFieldSelector } from '../meta/field-selector.js'
import { parseLabelSelector } from '../meta/label-selector.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { isTrue } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import { notRegistered } from '../registry/decode-object.js'
import { checkPropagationPolicy } from '../registry/delete.js'
import { fieldManagerOf } from '../registry/field-manager.js'
import type { ListOptions } from '../registry/list.js'
import type { DeleteOptions, WriteOptions } from '../registry/options.js'

const fieldManagerLimit = 128
const validations = ['', 'Ignore', 'Strict', 'Warn']

/**
 * CreateOptions, UpdateOptions or PatchOptions out of the query (API-SEMANTICS V08, V10, F01, P05).
 * @throws StatusError Invalid
 */
export function writeOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  userAgent: string | undefined,
  isApply = false,
): WriteOptions {
  const manager = query.get('fieldManager') ?? ''
  const validation = query.get('fieldValidation') ?? ''
  const found: FieldError[] = [...dryRunErrors(query.getAll('dryRun')), ...managerErrors(manager)]
  if (!validations.includes(validation)) found.push(fieldError.notSupported('fieldValidation', validation, validations))
  if (isApply && manager === '') found.push(fieldError.required('fieldManager', 'is required for apply patch'))
  if (kind === 'PatchOptions' && !isApply && query.has('force')) {
    found.push(fieldError.forbidden('force', 'may not be specified for non-apply patch'))
  }
  refuse(kind, found)
  return {
    dryRun: query.getAll('dryRun').includes('All'),
    fieldValidation: (validation || 'Warn') as WriteOptions['fieldValidation'],
    fieldManager: fieldManagerOf(manager, userAgent),
    force: isApply && isTrue(query.get('force')),
  }
}

function dryRunErrors(values: readonly string[]): FieldError[] {
  const wrong = values.filter((v) => v !== 'All' && v !== '')
  return wrong.length === 0 ? [] : [fieldError.notSupported('dryRun', values, ['All'])]
}

function managerErrors(manager: string): FieldError[] {
  if (Buffer.byteLength(manager) > fieldManagerLimit) return [fieldError.tooLong('fieldManager', fieldManagerLimit)]
  const characters = [...manager]
  const at = characters.findIndex((c) => /[\p{C}\p{Zl}\p{Zp}]/u.test(c))
  if (at < 0) return []
  const code = (characters[at] as string).codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')
  return [fieldError.invalid('fieldManager', manager, `invalid character U+${code} (at position ${at})`)]
}

function refuse(kind: string, found: readonly FieldError[]): void {
  if (found.length > 0) throw errors.invalid({ group: 'meta.k8s.io', kind }, '', found)
}

/**
 * DeleteOptions from the body where there is one, else from the query (API-SEMANTICS V40).
 * @throws StatusError BadRequest, Invalid
 */
export function deleteOptions(query: URLSearchParams, body: unknown): DeleteOptions {
  const options = body === undefined ? optionsFromQuery(query) : optionsFromBody(body)
  const dryRuns = Array.isArray(options.dryRun) ? options.dryRun.map(String) : []
  refuse('DeleteOptions', dryRunErrors(dryRuns))
  const { orphanDependents, gracePeriodSeconds } = options
  let propagationPolicy = checkPropagationPolicy(options.propagationPolicy as string | undefined)
  if (orphanDependents !== undefined && orphanDependents !== null) {
    if (propagationPolicy) {
      refuse('DeleteOptions', [
        fieldError.invalid(
          'propagationPolicy',
          propagationPolicy,
          'orphanDependents and deletionPropagation cannot be both set',
        ),
      ])
    }
    propagationPolicy = orphanDependents ? 'Orphan' : 'Background'
  }
  return {
    dryRun: dryRuns.includes('All'),
    ...(propagationPolicy ? { propagationPolicy } : {}),
    ...(typeof gracePeriodSeconds === 'number' ? { gracePeriodSeconds } : {}),
    ...preconditions(options.preconditions),
  }
}

function optionsFromQuery(query: URLSearchParams): JsonObject {
  const grace = query.get('gracePeriodSeconds')
  if (grace !== null && !/^-?\d+$/.test(grace)) throw notAnInteger(grace)
  const orphan = query.get('orphanDependents')
  return {
    dryRun: query.getAll('dryRun'),
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' || orphan === '1' }),
  }
}

function optionsFromBody(body: unknown): JsonObject {
  if (!isJsonObject(body)) throw errors.badRequest('the body of a delete request must be DeleteOptions')
  const { kind, apiVersion } = body
  if (kind !== undefined && kind !== 'DeleteOptions') {
    throw errors.badRequest(notRegistered(String(apiVersion ?? ''), String(kind)))
  }
  return body
}

function preconditions(value: unknown): Pick<DeleteOptions, 'preconditions'> {
  if (!isJsonObject(value)) return {}
  const { uid, resourceVersion } = value
  return {
    preconditions: {
      ...(typeof uid === 'string' ? { uid } : {}),
      ...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
    },
  }
}

const notAnInteger = (text: string) =>
  errors.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)

/** Label and field selector of the query. @throws StatusError BadRequest */
export function selectors(query: URLSearchParams): Pick<ListOptions, 'labels' | 'fields'> {
  const [labels, fields] = [query.get('labelSelector'), query.get('fieldSelector')]
  return {
    ...(labels ? { labels: parseLabelSelector(labels) } : {}),
    ...(fields ? { fields: parseFieldSelector(fields) } : {}),
  }
}

/** An integer parameter; undefined when absent. @throws StatusError BadRequest */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^[+-]?\d+$/.test(text)) throw notAnInteger(text)
  return Number(text)
}

/** A resourceVersion of the query; undefined when absent. @throws StatusError BadRequest */
export function revision(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion')
  if (text === null || text === '') return undefined
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw errors.badRequest(
    `invalid resource version: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  )
}
