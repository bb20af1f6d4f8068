import { goJson } from '../../codec/go-text.js'
import { stringifyJson } from '../../codec/json.js'
import { isJsonObject, type JsonObject } from '../../meta/object.js'
import type { Status } from '../../meta/status.js'
import type { UserInfo } from '../../meta/user.js'
import type { AuditNote } from '../../registry/admission.js'
import type { AuthorizationAttributes, AuthorizationDecision } from '../../registry/authorizer.js'
import { userInfoOf } from '../reviews/self-reviews.js'
import type { AuditLog } from './audit-log.js'
import {
  type AuditConfig,
  type AuditLevel,
  type AuditPolicy,
  type AuditStage,
  auditConfig,
  auditLevels,
} from './policy.js'

/** A request, as far as it is noted. */
export interface AuditedRequest {
  readonly auditId: string
  readonly uri: string
  readonly attributes: AuthorizationAttributes
  /** Through whom it came, the sender first. */
  readonly sourceIps: readonly string[]
  readonly userAgent: string | undefined
}

/** One request on its way; every method returns at once. */
export interface AuditTrail {
  /** Whom the request acts as. */
  impersonated(user: UserInfo): void
  decided(decision: AuthorizationDecision): void
  /** Adds an annotation, unless there is one by that key. */
  readonly note: AuditNote
  /** The body of a resource request: an object, a patch, options; decoded only where something of it is noted. */
  requestObject(read: () => unknown): void
  /** A stream has begun. */
  started(code: number): void
  /** `object` is the answer, asked for only where it is noted. Only the first call counts. */
  completed(code: number, object: () => unknown): void
}

/** Notes what is asked of the server (API-SEMANTICS A40). */
export interface Auditor {
  /** Undefined: this request is not noted. */
  begin(request: AuditedRequest): AuditTrail | undefined
  /** Who asked showed bad credentials. */
  unauthorized(request: AuditedRequest, status: Status): void
}

/** Whatever the policy says, the bodies of these are not noted: they hold secrets and tokens. */
const secretive = new Set(['/secrets', '/serviceaccounts/token', 'authentication.k8s.io/tokenreviews'])

export function createAuditor(policy: AuditPolicy, log: AuditLog, now: () => Date): Auditor {
  return {
    begin(request) {
      const config = auditConfig(policy, request.attributes)
      return config.level === 'None' ? undefined : new Trail(request, discreet(config, request), log, now)
    },
    unauthorized(request, status) {
      const config = auditConfig(policy, request.attributes)
      if (config.level === 'None' || config.omitStages.includes('ResponseStarted')) return
      const trail = new Trail(request, { ...config, omitStages: ['RequestReceived', 'ResponseComplete'] }, log, now)
      trail.refused(status)
    },
  }
}

function discreet(config: AuditConfig, { attributes }: AuditedRequest): AuditConfig {
  const { group, resource, subresource } = attributes
  const named = [`${group}/${resource}`, `${group}/${resource}/${subresource}`]
  return named.some((name) => secretive.has(name)) ? { ...config, level: 'Metadata' } : config
}

class Trail implements AuditTrail {
  private readonly received: string
  private readonly level: AuditLevel
  private readonly objectRef: JsonObject | undefined
  private impersonatedUser: UserInfo | undefined
  private readonly annotations = new Map<string, string>()
  private requestJson: string | undefined
  private done = false

  constructor(
    private readonly request: AuditedRequest,
    private readonly config: AuditConfig,
    private readonly log: AuditLog,
    private readonly now: () => Date,
  ) {
    this.received = microTime(now())
    this.level = config.level
    this.objectRef = objectRefOf(request.attributes)
    this.write('RequestReceived', this.received, {})
  }

  impersonated(user: UserInfo): void {
    this.impersonatedUser = user
  }

  decided({ allowed, reason }: AuthorizationDecision): void {
    this.note('authorization.k8s.io/decision', allowed ? 'allow' : 'forbid')
    this.note('authorization.k8s.io/reason', reason)
  }

  note(key: string, value: string, level: AuditLevel = 'Metadata'): void {
    if (this.notes(level) && !this.annotations.has(key)) this.annotations.set(key, value)
  }

  requestObject(read: () => unknown): void {
    if (!this.objectRef || !(this.notes('Request') || this.objectRef.name === undefined)) return
    const value = read()
    if (isJsonObject(value) && isJsonObject(value.metadata)) complete(this.objectRef, value.metadata)
    if (this.notes('Request') && value !== undefined) this.requestJson = this.jsonOf(value)
  }

  started(code: number): void {
    this.write('ResponseStarted', microTime(this.now()), { responseStatus: { metadata: {}, code } })
  }

  completed(code: number, object: () => unknown): void {
    if (this.done || this.config.omitStages.includes('ResponseComplete')) return
    this.done = true
    const wanted = this.notes('RequestResponse') && this.request.attributes.isResourceRequest
    const failed = code >= 400 || this.request.attributes.verb.startsWith('delete')
    const answer = wanted || failed ? object() : undefined
    const status = isJsonObject(answer) && answer.kind === 'Status' ? (answer as unknown as Status) : undefined
    const responseStatus = status ? statusOf(status, code) : { metadata: {}, code }
    const body =
      this.notes('RequestResponse') && (wanted || status) && answer !== undefined ? this.jsonOf(answer) : undefined
    this.write('ResponseComplete', microTime(this.now()), { responseStatus }, body)
  }

  refused(status: Status): void {
    const body = this.notes('RequestResponse') ? this.jsonOf(status) : undefined
    this.write('ResponseStarted', microTime(this.now()), { user: {}, responseStatus: statusOf(status, 401) }, body)
  }

  private notes(level: AuditLevel): boolean {
    return auditLevels.indexOf(this.level) >= auditLevels.indexOf(level)
  }

  private write(stage: AuditStage, time: string, more: JsonObject, responseJson?: string): void {
    if (this.config.omitStages.includes(stage)) return
    const { auditId, uri, attributes, sourceIps, userAgent } = this.request
    const event = {
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: this.level,
      auditID: auditId,
      stage,
      requestURI: uri,
      verb: attributes.verb,
      user: userInfoOf(attributes.user),
      ...(this.impersonatedUser ? { impersonatedUser: userInfoOf(this.impersonatedUser) } : {}),
      sourceIPs: sourceIps,
      ...(userAgent ? { userAgent } : {}),
      ...(this.objectRef ? { objectRef: this.objectRef } : {}),
      ...more,
    }
    const head = stringifyJson(event).slice(0, -1)
    const objects =
      (this.requestJson && stage !== 'RequestReceived' ? `,"requestObject":${this.requestJson}` : '') +
      (responseJson ? `,"responseObject":${responseJson}` : '')
    const times = `,"requestReceivedTimestamp":"${this.received}","stageTimestamp":"${time}"`
    const annotations = Object.fromEntries([...this.annotations].sort(([a], [b]) => (a < b ? -1 : 1)))
    const notes = this.annotations.size > 0 ? `,"annotations":${goJson(annotations)}` : ''
    this.log.write(`${head}${objects}${times}${notes}}\n`)
  }

  private jsonOf(value: unknown): string {
    return stringifyJson(this.config.omitManagedFields ? withoutManagedFields(value) : value)
  }
}

/** Microseconds, as upstream writes them. */
function microTime(time: Date): string {
  return time.toISOString().replace('Z', '000Z')
}

function objectRefOf(attributes: AuthorizationAttributes): JsonObject | undefined {
  const { isResourceRequest, resource, namespace, name, group, version, subresource } = attributes
  if (!isResourceRequest) return undefined
  return {
    resource,
    ...(namespace === '' ? {} : { namespace }),
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { apiGroup: group }),
    apiVersion: version,
    ...(subresource === '' ? {} : { subresource }),
  }
}

/** What the path did not say of the object. */
function complete(ref: JsonObject, { name, namespace, uid, resourceVersion }: JsonObject): void {
  for (const [key, value] of Object.entries({ name, namespace, uid, resourceVersion })) {
    if (ref[key] === undefined && typeof value === 'string' && value !== '') ref[key] = value
  }
}

function statusOf({ status, message, reason, details }: Status, code: number): JsonObject {
  return {
    metadata: {},
    status,
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  }
}

function withoutManagedFields(value: unknown): unknown {
  if (!isJsonObject(value)) return value
  const { metadata, items } = value
  return {
    ...value,
    ...(isJsonObject(metadata) ? { metadata: { ...metadata, managedFields: undefined } } : {}),
    ...(Array.isArray(items) ? { items: items.map(withoutManagedFields) } : {}),
  }
}
