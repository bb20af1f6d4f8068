import { type FieldError, fieldError } from '../meta/field-error.js'
import { parseFieldSelector } from '../meta/field-selector.js'
import { parseLabelSelector } from '../meta/label-selector.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { isTrue } from '../meta/request-info.js'
import { errors, type StatusError } from '../meta/status.js'
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
  const wrong = values.filter((v) => v !== 'All')
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
export function deleteOptions(query: URLSearchParams, body: JsonObject | undefined): DeleteOptions {
  const options = body ?? optionsFromQuery(query)
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
  const gracePeriodSeconds = integer(query, 'gracePeriodSeconds')
  const orphan = query.get('orphanDependents')
  return {
    dryRun: query.getAll('dryRun'),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    ...(query.has('propagationPolicy') ? { propagationPolicy: query.get('propagationPolicy') } : {}),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' || orphan === '1' }),
    preconditions: { uid: query.get('uid') || undefined, resourceVersion: query.get('resourceVersion') || undefined },
  }
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

/** Label and field selector of the query. @throws StatusError BadRequest */
export function selectors(query: URLSearchParams): Pick<ListOptions, 'labels' | 'fields'> {
  const [labels, fields] = [query.get('labelSelector'), query.get('fieldSelector')]
  return {
    ...(labels ? { labels: parseLabelSelector(labels) } : {}),
    ...(fields ? { fields: parseFieldSelector(fields) } : {}),
  }
}

/** A parameter of Go's type int64; undefined when absent. @throws StatusError BadRequest */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null) return undefined
  const value = Number(text)
  const isInteger = /^[+-]?\d+$/.test(text)
  if (isInteger && Math.abs(value) < 2 ** 63) return value
  const why = isInteger ? 'value out of range' : 'invalid syntax'
  throw errors.badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`)
}

/**
 * A resourceVersion of the query; undefined when absent.
 * @throws StatusError: a bare 500, as upstream's (E14), unless `refuse` makes another of the reason
 */
export function revision(
  query: URLSearchParams,
  refuse: (why: string) => StatusError = (why) => errors.bare(500, why),
): number | undefined {
  const text = query.get('resourceVersion')
  if (text === null || text === '') return undefined
  const value = Number(text)
  const digits = /^\d+$/.test(text)
  if (digits && Number.isSafeInteger(value)) return value
  const shown = JSON.stringify(text)
  const why = digits ? 'value out of range' : 'invalid syntax'
  throw refuse(`resourceVersion: Invalid value: ${shown}: strconv.ParseUint: parsing ${shown}: ${why}`)
}
