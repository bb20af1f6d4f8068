import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { since } from '../cells.js'
import { checkImmutable, invalidBy } from '../field-checks.js'
import { goName } from '../go-fields.js'
import { goShape } from '../go-shape.js'

/** The parts of core/v1 Event that are looked into here. */
interface Event extends KubeObject {
  readonly involvedObject?: {
    readonly kind?: string
    readonly namespace?: string
    readonly name?: string
    readonly fieldPath?: string
  }
  readonly reason?: string
  readonly message?: string
  readonly source?: { readonly component?: string; readonly host?: string }
  readonly firstTimestamp?: string
  readonly lastTimestamp?: string
  readonly eventTime?: string
  readonly count?: number
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string }
  readonly reportingComponent?: string
  readonly reportingInstance?: string
}

/** Fields that the two groups call differently; upstream stores an event with the names of core/v1. */
const renamed = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
} as const
const inCore = new Map<string, string>(Object.entries(renamed).map(([core, events]) => [events, core]))
const inEvents = new Map<string, string>(Object.entries(renamed))

const longest = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const

/** core/v1 and events.k8s.io/v1 Event: one stored thing, served by both groups (API-SEMANTICS V62). */
export const events: BuiltinKind = {
  convert: (event) =>
    event.apiVersion === 'v1' ? rename(event, 'events.k8s.io/v1', inEvents) : rename(event, 'v1', inCore),
  strategy: {
    validate: (event, update) => {
      const strict = event.apiVersion !== 'v1'
      const core = toCore(event)
      const found = validateEvent(core, strict)
      if (!strict) return found
      const { name = '' } = event.metadata
      if (!update) found.unshift(...invalidBy('metadata.name', name, subdomainErrors(name)))
      return [...found, ...(update ? validateChange(core, toCore(update.old)) : validateStrictly(core))]
    },
  },
  cells: {
    'Last Seen': (event, now) => lastSeen(toCore(event), now),
    Type: (event) => event.type ?? '',
    Reason: (event) => event.reason ?? '',
    Object: (event) => {
      const { kind = '', name } = toCore(event).involvedObject ?? {}
      return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()
    },
    Subobject: (event) => toCore(event).involvedObject?.fieldPath ?? '',
    Source: (event) => {
      const { source = {}, reportingComponent, reportingInstance } = toCore(event)
      const [component, instance] = [source.component || reportingComponent || '', source.host || reportingInstance]
      return instance ? `${component}, ${instance}` : component
    },
    Message: (event) => toCore(event).message?.trim() ?? '',
    'First Seen': (event, now) => firstSeen(toCore(event), now),
    Count: (event) => {
      const { series, count } = toCore(event)
      return series ? (series.count ?? 0) : count || 1
    },
  },
}

function toCore(event: KubeObject): Event {
  return (event.apiVersion === 'v1' ? event : rename(event, 'v1', inCore)) as Event
}

function rename(event: KubeObject, apiVersion: string, names: ReadonlyMap<string, string>): KubeObject {
  const fields = Object.entries(event).map(([name, value]) => [names.get(name) ?? name, value] as const)
  return { ...Object.fromEntries(fields), apiVersion, kind: event.kind, metadata: event.metadata }
}

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return since(firstTimestamp ?? eventTime, now)
}

function lastSeen(event: Event, now: number): string {
  if (event.series) return since(event.series.lastObservedTime, now)
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now)
}

/** What holds in both groups; `strict` only decides what one of the fields is called. */
function validateEvent(event: Event, strict: boolean): FieldError[] {
  const { namespace = '' } = event.metadata
  const about = event.involvedObject?.namespace ?? ''
  const fits = event.eventTime
    ? about !== '' || namespace === 'default' || namespace === 'kube-system'
    : about === ''
      ? namespace === '' || namespace === 'default'
      : about === namespace
  const why = 'does not match event.namespace'
  return [
    ...(fits ? [] : [fieldError.invalid('involvedObject.namespace', about, why)]),
    ...(event.eventTime ? validateReport(event, strict ? 'reportingController' : 'reportingComponent') : []),
    ...invalidBy('namespace', namespace, subdomainErrors(namespace)),
  ]
}

function validateReport(event: Event, controller: string): FieldError[] {
  const { reportingComponent = '' } = event
  const found = reportingComponent === '' ? [fieldError.required(controller)] : []
  found.push(...invalidBy(controller, reportingComponent, qualifiedNameErrors(reportingComponent)))
  for (const [name, most] of Object.entries(longest)) {
    const text = String(event[name] ?? '')
    if (text === '' && name !== 'message') found.push(fieldError.required(name))
    if (Buffer.byteLength(text) > most) {
      found.push(fieldError.invalid(name, '', `can have at most ${most} characters`))
    }
  }
  return found
}

/** What events.k8s.io/v1 asks of a new event beyond that. */
function validateStrictly(event: Event): FieldError[] {
  const found = validateSeries(event)
  if (!event.eventTime) found.push(fieldError.required('eventTime'))
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    found.push(fieldError.invalid('type', '', `has invalid value: ${event.type ?? ''}`))
  }
  const { source = {} } = event
  const unset = { firstTimestamp: event.firstTimestamp, lastTimestamp: event.lastTimestamp, count: event.count }
  for (const [name, value] of Object.entries({ ...unset, source: source.component || source.host })) {
    if (value) found.push(fieldError.invalid(name, '', 'needs to be unset'))
  }
  return found
}

function validateSeries({ series }: Event): FieldError[] {
  if (!series) return []
  const found: FieldError[] = []
  if ((series.count ?? 0) < 2) found.push(fieldError.invalid('series.count', '', 'should be at least 2'))
  if (!series.lastObservedTime) found.push(fieldError.required('series.lastObservedTime'))
  return found
}

/** Through events.k8s.io/v1 nothing but the series of an event is changed. */
const fixed = [
  ...['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'reason', 'type'],
  ...['eventTime', 'action', 'related', 'reportingController', 'reportingInstance'],
]

function validateChange(event: Event, old: Event): FieldError[] {
  const of = (from: Event) => (goShape(from, 'core.v1.Event') ?? {}) as JsonObject
  const [is, was] = [of(event), of(old)]
  return [
    ...(jsonEquals(event.series, old.series) ? [] : validateSeries(event)),
    ...fixed.flatMap((name) => {
      const field = goName(name === 'reportingController' ? 'reportingComponent' : name)
      return checkImmutable(is[field], was[field], name)
    }),
  ]
}
