import { type KindTypes, protobufMediaType } from '../codec/protobuf/protobuf.js'
import { errors } from '../meta/status.js'
import type { Resource } from '../registry/resource.js'
import type { Call } from './call.js'

/** How an answer is written: its encoding and, for objects, the shape it is turned into (API-SEMANTICS C01, C10, C11). */
export interface Accepted {
  readonly type: 'application/json' | 'application/yaml' | typeof protobufMediaType
  /** With protobuf: the types it is written by. */
  readonly protobuf?: KindTypes
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Version of meta.k8s.io the shape has. */
  readonly version?: 'v1' | 'v1beta1'
}

/** What can be answered with. */
export interface Acceptable {
  /** Tables of events are JSON, and no event is YAML. */
  readonly watching?: boolean
  /** A collection is read: the same path serves watches, so that upstream's router names their types too. */
  readonly collection?: boolean
  /** A built-in kind: upstream refuses what it does not know at all in other words (E12). */
  readonly builtin?: boolean
  /** Custom resources have no protobuf form, but their metadata alone has (C06): `protobufOfMetadata`. */
  readonly protobuf?: KindTypes | undefined
  readonly protobufOfMetadata?: KindTypes | undefined
  /** There are no Tables of it, nor its metadata alone: nobody can read it back. */
  readonly plainOnly?: boolean
}

/** What a request about this resource can be answered with. */
export function acceptable({ info, protobuf }: Call, { builtin, definition }: Resource): Acceptable {
  const { verbs } = definition
  return {
    builtin,
    collection: info.verb === 'list' || info.verb === 'watch',
    protobuf: builtin ? protobuf : undefined,
    protobufOfMetadata: protobuf,
    plainOnly: verbs !== undefined && !verbs.get && !verbs.list,
  }
}

/** One entry of an Accept header. */
export interface AcceptEntry {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

export const jsonAccepted: Accepted = { type: 'application/json' }
const shapes = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const streamTypes = ['application/json;stream=watch', `${protobufMediaType};stream=watch`]
const objectTypes = ['application/json', 'application/yaml', protobufMediaType]

/** Clients send the same few headers over and over. */
const parsed = new Map<string, AcceptEntry[]>()
const parsedLimit = 500

/** Entries by preference: quality first, then the order they are written in. */
export function parseAccept(header: string): AcceptEntry[] {
  const known = parsed.get(header)
  if (known) return known
  const entries = header
    .split(',')
    .map(parseEntry)
    .filter((e) => e.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  if (parsed.size >= parsedLimit) parsed.clear()
  if (header.length < 1000) parsed.set(header, entries)
  return entries
}

function parseEntry(text: string): AcceptEntry {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim())
  const parameters = new Map<string, string>()
  for (const part of rest) {
    const equals = part.indexOf('=')
    if (equals > 0) parameters.set(part.slice(0, equals).toLowerCase(), part.slice(equals + 1).replace(/^"|"$/g, ''))
  }
  const quality = Number(parameters.get('q') ?? 1)
  return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 }
}

/**
 * The first form of an object, a list or a stream of events that the client takes.
 * @throws StatusError NotAcceptable
 */
export function acceptedForm(header: string | undefined, acceptable: Acceptable): Accepted {
  if (!header || header === 'application/json' || header === '*/*') return jsonAccepted
  const entries = parseAccept(header)
  for (const entry of entries) {
    const form = formOf(entry, acceptable)
    if (form) return form
  }
  if (acceptable.builtin && !entries.some(({ type }) => objectTypes.includes(type))) {
    const types = acceptable.collection ? [...objectTypes, ...streamTypes] : objectTypes
    throw errors.notAcceptableShape(`406: Not Acceptable\n\nAvailable representations: ${types.join(', ')}`, true)
  }
  if (acceptable.watching) throw errors.notAcceptable(streamTypes.slice(0, acceptable.builtin ? 2 : 1))
  throw errors.notAcceptable(acceptable.builtin ? objectTypes : objectTypes.slice(0, 2))
}

function baseForm(type: string, types: KindTypes | undefined, watching: boolean): Accepted | undefined {
  if (type === '*/*' || type === 'application/*' || type === 'application/json') return jsonAccepted
  if (type === 'application/yaml') return watching ? undefined : { type }
  return type === protobufMediaType && types ? { type, protobuf: types } : undefined
}

function formOf({ type, parameters }: AcceptEntry, acceptable: Acceptable): Accepted | undefined {
  const as = parameters.get('as')
  const { protobuf, protobufOfMetadata, watching = false } = acceptable
  const base = baseForm(type, as === undefined ? protobuf : (protobuf ?? protobufOfMetadata), watching)
  if (!base || as === undefined) return base
  const [group, version] = [parameters.get('g'), parameters.get('v')]
  if (acceptable.plainOnly || !shapes.has(as) || group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1'))
    return undefined
  if (as === 'Table' && base.type === protobufMediaType) return undefined
  return { ...base, as: as as NonNullable<Accepted['as']>, version }
}
