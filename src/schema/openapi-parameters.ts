import type { JsonObject } from '../meta/object.js'

function query(name: string, type: 'string' | 'integer' | 'boolean', description: string): JsonObject {
  return { name, in: 'query', description, schema: { type } }
}

function inPath(name: string, description: string): JsonObject {
  return { name, in: 'path', description, required: true, schema: { type: 'string' } }
}

const dryRun = () => query('dryRun', 'string', 'With the value All nothing is stored; everything else is done.')

/** Parameters of all operations on a path. */
export function pathParameters(kind: string, namespaced: boolean, named: boolean): JsonObject[] {
  return [
    ...(named ? [inPath('name', `Name of the ${kind}.`)] : []),
    ...(namespaced ? [inPath('namespace', 'Namespace of the object.')] : []),
    query('pretty', 'string', 'Whether JSON is indented; default: only for curl, wget and browsers.'),
  ]
}

/** kubectl validates on the server only where these are listed (API-SEMANTICS D52). */
export function writeParameters(): JsonObject[] {
  return [
    dryRun(),
    query('fieldManager', 'string', 'Who changes the object, as managedFields will name it; at most 128 bytes.'),
    query(
      'fieldValidation',
      'string',
      'What is done about unknown and duplicate fields: Ignore, Warn (default), Strict.',
    ),
  ]
}

export function patchParameters(): JsonObject[] {
  return [...writeParameters(), query('force', 'boolean', 'Apply takes over fields that other managers own.')]
}

export function readParameters(): JsonObject[] {
  return [query('resourceVersion', 'string', 'The answer is not older than this version.')]
}

export function listParameters(): JsonObject[] {
  return [
    query('allowWatchBookmarks', 'boolean', 'A watch sends events of type BOOKMARK now and then.'),
    query('continue', 'string', 'Token of the page before this one.'),
    query('fieldSelector', 'string', 'Only objects with these field values.'),
    query('labelSelector', 'string', 'Only objects with these labels.'),
    query('limit', 'integer', 'Objects on a page; the answer has a continue token when there are more.'),
    query('resourceVersion', 'string', 'Version to list at, or to watch from.'),
    query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
    query('sendInitialEvents', 'boolean', 'A watch begins with the objects that exist.'),
    query('timeoutSeconds', 'integer', 'How long a list or watch may last.'),
    query('watch', 'boolean', 'Changes as they happen, instead of a list.'),
  ]
}

export function deleteParameters(): JsonObject[] {
  return [
    dryRun(),
    query('gracePeriodSeconds', 'integer', 'Seconds before the object goes; 0 is at once.'),
    query('orphanDependents', 'boolean', 'Deprecated: see propagationPolicy.'),
    query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
  ]
}
