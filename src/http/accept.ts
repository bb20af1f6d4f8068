import { errors } from '../meta/status.js'

/** How an answer is written: its encoding and, for objects, the shape it is turned into (API-SEMANTICS C01, C10, C11). */
export interface Accepted {
  readonly type: 'application/json' | 'application/yaml'
  readonly as?: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'
  /** Version of meta.k8s.io the shape has. */
  readonly version?: 'v1' | 'v1beta1'
}

/** One entry of an Accept header. */
export interface AcceptEntry {
  readonly type: string
  readonly parameters: ReadonlyMap<string, string>
  readonly quality: number
}

export const jsonAccepted: Accepted = { type: 'application/json' }
const shapes = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'])
const objectTypes = ['application/json', 'application/yaml']

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
 * The first form of an object, a list or (`watching`) a stream of events that the client takes.
 * @throws StatusError NotAcceptable
 */
export function acceptedForm(header: string | undefined, watching: boolean): Accepted {
  if (!header || header === 'application/json' || header === '*/*') return jsonAccepted
  for (const entry of parseAccept(header)) {
    const type = jsonOrYaml(entry.type, watching)
    const form = type && formOf(entry, type)
    if (form) return form
  }
  throw errors.notAcceptable(watching ? ['application/json;stream=watch'] : objectTypes)
}

function jsonOrYaml(type: string, watching: boolean): Accepted['type'] | undefined {
  if (type === '*/*' || type === 'application/*' || type === 'application/json') return 'application/json'
  if (type === 'application/yaml' && !watching) return 'application/yaml'
  return undefined
}

function formOf({ parameters }: AcceptEntry, type: Accepted['type']): Accepted | undefined {
  const as = parameters.get('as')
  if (as === undefined) return type === 'application/json' ? jsonAccepted : { type }
  const [group, version] = [parameters.get('g'), parameters.get('v')]
  if (!shapes.has(as) || group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return undefined
  return { type, as: as as NonNullable<Accepted['as']>, version }
}
