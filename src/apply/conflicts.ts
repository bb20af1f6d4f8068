import { type StatusCause, StatusError } from '../meta/status.js'
import type { FieldConflict } from './changes.js'
import { type FieldPath, formatPath } from './field-path.js'
import { fieldPaths } from './field-set.js'
import { compareTexts, type Owner } from './owners.js'

/** 409 for an apply that would change what others own (API-SEMANTICS S06). */
export function applyConflict(conflicts: readonly FieldConflict[]): StatusError {
  const byManager = [...conflicts].sort((a, b) => compareTexts(sortKey(a.owner), sortKey(b.owner)))
  const causes: StatusCause[] = byManager.flatMap(({ owner, fields }) =>
    [...fieldPaths(fields)].map((path: FieldPath) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${describe(owner)}`,
      field: formatPath(path),
    })),
  )
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: messageOf(byManager, causes),
    reason: 'Conflict',
    details: { causes },
    code: 409,
  })
}

function messageOf(conflicts: readonly FieldConflict[], causes: readonly StatusCause[]): string {
  const [only] = causes
  if (only && causes.length === 1) return `Apply failed with 1 conflict: ${only.message}: ${only.field}`
  const lines = conflicts.flatMap(({ owner, fields }) => [
    `conflicts with ${describe(owner)}:`,
    ...[...fieldPaths(fields)].map((path) => `- ${formatPath(path)}`),
  ])
  return `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`
}

function describe({ manager, operation, apiVersion, subresource }: Owner): string {
  const where = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`
  return `${JSON.stringify(manager)}${where}${operation === 'Update' ? ` using ${apiVersion}` : ''}`
}

/** Upstream sorts by the JSON of what tells owners apart. */
function sortKey({ manager, operation, apiVersion, subresource }: Owner): string {
  return JSON.stringify({
    manager,
    operation,
    ...(operation === 'Update' ? { apiVersion } : {}),
    ...(subresource === '' ? {} : { subresource }),
  })
}
