import type { JsonObject } from '../meta/object.js'

type Plain = 'string' | 'integer' | 'boolean'

/** Upstream says of each parameter, lists or not, that its items are unique. */
function query(name: string, type: Plain, description: string): JsonObject {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } }
}

function inPath(name: string, description: string): JsonObject {
  return { name, in: 'path', description, required: true, schema: { type: 'string', uniqueItems: true } }
}

const dryRun = () => query('dryRun', 'string', 'With the value All nothing is stored; everything else is done.')

const pretty = () => query('pretty', 'string', 'Whether JSON is indented; default: only for curl, wget and browsers.')

/** What the path itself names, and what every request may have. `kind`: whose name stands in the path. */
export function pathParameters(kind: string | undefined, namespaced: boolean): JsonObject[] {
  return [...placeParameters(kind, namespaced), pretty()]
}

/** What the path itself names. */
export function placeParameters(kind: string | undefined, namespaced: boolean): JsonObject[] {
  return [
    ...(kind === undefined ? [] : [inPath('name', `Name of the ${kind}.`)]),
    ...(namespaced ? [inPath('namespace', 'Namespace of the object.')] : []),
  ]
}

/** The rest of a path that is passed on. */
export function restOfPath(): JsonObject {
  return inPath('path', 'The path there.')
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

/** What lists, and deletions of collections, have in common. */
export function selectParameters(): JsonObject[] {
  return [
    query('continue', 'string', 'Token of the page before this one.'),
    query('fieldSelector', 'string', 'Only objects with these field values.'),
    query('labelSelector', 'string', 'Only objects with these labels.'),
    query('limit', 'integer', 'Objects on a page; the answer has a continue token when there are more.'),
    query('resourceVersion', 'string', 'Version to list at, or to watch from.'),
    query('resourceVersionMatch', 'string', 'How resourceVersion is meant: Exact or NotOlderThan.'),
    query('sendInitialEvents', 'boolean', 'A watch begins with the objects that exist.'),
    query('shardSelector', 'string', 'A part of the objects; passed over unless the server can divide them.'),
    query('timeoutSeconds', 'integer', 'How long a list or watch may last.'),
  ]
}

export function listParameters(): JsonObject[] {
  return [
    ...selectParameters(),
    query('allowWatchBookmarks', 'boolean', 'A watch sends events of type BOOKMARK now and then.'),
    query('watch', 'boolean', 'Changes as they happen, instead of a list.'),
  ]
}

export function deleteParameters(): JsonObject[] {
  return [
    dryRun(),
    query('gracePeriodSeconds', 'integer', 'Seconds before the object goes; 0 is at once.'),
    query(
      'ignoreStoreReadErrorWithClusterBreakingPotential',
      'boolean',
      'Asks for the deletion of an object that can not be read; passed over unless the server offers that.',
    ),
    query('orphanDependents', 'boolean', 'Deprecated: see propagationPolicy.'),
    query('propagationPolicy', 'string', 'What becomes of dependents: Orphan, Background or Foreground.'),
  ]
}

export function logParameters(): JsonObject[] {
  return [
    query('container', 'string', 'The container whose log it is; needed when there are several.'),
    query('follow', 'boolean', 'The answer goes on as the log does.'),
    query('insecureSkipTLSVerifyBackend', 'boolean', 'The certificate of where the log comes from is not looked at.'),
    query('limitBytes', 'integer', 'The answer ends after that many bytes.'),
    query('previous', 'boolean', 'The log of the container that ran before.'),
    query('sinceSeconds', 'integer', 'Only lines that are at most that old.'),
    query('stream', 'string', 'One of All, Stdout and Stderr.'),
    query('tailLines', 'integer', 'Only that many lines from the end.'),
    query('timestamps', 'boolean', 'Each line begins with its time.'),
  ]
}

/** The fields of an options kind, such as PodExecOptions, as parameters. */
export function optionParameters(schema: JsonObject): JsonObject[] {
  const { apiVersion: _a, kind: _k, ...fields } = schema.properties as Record<string, JsonObject>
  return Object.entries(fields).map(([name, { description, type, items }]) => {
    const plain = (type === 'array' ? (items as JsonObject).type : type) as Plain
    return query(name, plain, String(description ?? ''))
  })
}

const keyOf = ({ name, in: place }: JsonObject) => `${name} ${place}`

/** By name, as upstream; those of the path before those of the query. */
export function inOrder(parameters: readonly JsonObject[]): JsonObject[] {
  return [...parameters].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** Parameters that all operations of a path have are told once, beside the operations. */
export function sharedParameters(operations: readonly { parameters: readonly JsonObject[] }[]): JsonObject[] {
  const [first = { parameters: [] }, ...others] = operations
  const isShared = (key: string) =>
    others.every(({ parameters }) => parameters.some((parameter) => keyOf(parameter) === key))
  return first.parameters.filter((parameter) => isShared(keyOf(parameter)))
}

export function without(parameters: readonly JsonObject[], others: readonly JsonObject[]): JsonObject[] {
  const keys = new Set(others.map(keyOf))
  return parameters.filter((parameter) => !keys.has(keyOf(parameter)))
}
