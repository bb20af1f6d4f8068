import { type FieldError, fieldError } from '../../meta/field-error.js'
import { formatAge } from '../../meta/go-duration.js'
import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { each, repeated } from '../field-checks.js'
import { checkSignerName } from './signer-name.js'

interface SigningRequest extends KubeObject {
  spec: {
    readonly request?: string
    readonly signerName?: string
    readonly expirationSeconds?: number
    readonly usages?: readonly string[]
    readonly username?: string
  }
  status?: { conditions?: Condition[]; certificate?: string }
}

interface Condition {
  readonly type: string
  readonly status?: string
  readonly reason?: string
  readonly message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
}

const usages = [
  ...['any', 'cert sign', 'client auth', 'code signing', 'content commitment', 'crl sign', 'data encipherment'],
  ...['decipher only', 'digital signature', 'email protection', 'encipher only', 'ipsec end system', 'ipsec tunnel'],
  ...['ipsec user', 'key agreement', 'key encipherment', 'microsoft sgc', 'netscape sgc', 'ocsp signing', 's/mime'],
  ...['server auth', 'signing', 'timestamping'],
]
const decisions = ['Approved', 'Denied']
const lasting = [...decisions, 'Failed']
const shortest = 600

const asRequest = (object: KubeObject) => object as SigningRequest

/** certificates.k8s.io/v1 CertificateSigningRequest; who asks is for admission to note. */
export const certificateSigningRequests: BuiltinKind = {
  subresources: { parts: { approval: ['get', 'patch', 'update'] } },
  strategy: {
    prepareForUpdate: (object, old, subresource) => {
      const [now, before] = [asRequest(object), asRequest(old)]
      now.spec = before.spec
      if (subresource === 'approval') {
        const { conditions: _, ...signed } = before.status ?? {}
        now.status = { ...signed, ...conditionsOf(now) }
      }
      if (subresource !== '') noteTimes(now, before)
    },
    validate: (object) => validateRequest(asRequest(object)),
    validateUpdate: (object, old, subresource) => validateUpdate(asRequest(object), asRequest(old), subresource),
  },
  cells: {
    Age: age,
    SignerName: (object) => asRequest(object).spec.signerName || '<none>',
    Requestor: (object) => asRequest(object).spec.username ?? '',
    RequestedDuration: (object) => {
      const { expirationSeconds } = asRequest(object).spec
      return expirationSeconds === undefined ? '<none>' : formatAge(expirationSeconds * 1000)
    },
    Condition: (object) => conditionCell(asRequest(object)),
  },
}

const conditionsOf = ({ status }: SigningRequest) => (status?.conditions ? { conditions: status.conditions } : {})

function conditionCell({ status = {} }: SigningRequest): string {
  const has = (type: string) => status.conditions?.some((one) => one.type === type)
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [decision, ...(has('Failed') ? ['Failed'] : []), ...(status.certificate ? ['Issued'] : [])].join(',')
}

/** New conditions, and those that have changed, get the time. */
function noteTimes({ status }: SigningRequest, { status: old }: SigningRequest): void {
  const now = `${new Date().toISOString().slice(0, 19)}Z`
  for (const condition of status?.conditions ?? []) {
    condition.lastUpdateTime ??= now
    const before = old?.conditions?.find(({ type }) => type === condition.type)
    condition.lastTransitionTime ??=
      before && before.status === condition.status ? (before.lastTransitionTime ?? now) : now
  }
}

function validateRequest({ spec, status }: SigningRequest): FieldError[] {
  const { request = '', signerName = '', expirationSeconds, usages: asked = [] } = spec
  const found: FieldError[] = []
  if (!/-----BEGIN (NEW )?CERTIFICATE REQUEST-----/.test(textOf(request))) {
    found.push(fieldError.invalid('spec.request', request || null, 'PEM block type must be CERTIFICATE REQUEST'))
  }
  if (asked.length === 0) found.push(fieldError.required('spec.usages'))
  const again = repeated(asked, (usage) => usage)
  found.push(
    ...each(asked, 'spec.usages', (usage, at) =>
      usages.includes(usage) ? [] : [fieldError.notSupported(at, usage, usages)],
    ),
    ...each(asked, 'spec.usages', (usage, at, i) => (again[i] ? [fieldError.duplicate(at, usage)] : [])),
    ...checkSignerName(signerName, 'spec.signerName'),
  )
  if (expirationSeconds !== undefined && expirationSeconds < shortest) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)'
    found.push(fieldError.invalid('spec.expirationSeconds', expirationSeconds, why))
  }
  const { conditions = [], certificate } = status ?? {}
  found.push(...validateConditions(conditions, 'status.conditions'))
  if (!certificate || textOf(certificate).includes('-----BEGIN CERTIFICATE-----')) return found
  const why = 'must contain at least one CERTIFICATE PEM block'
  return [...found, fieldError.invalid('status.certificate', '<certificate data>', why)]
}

const textOf = (base64: string) => Buffer.from(base64, 'base64').toString('latin1')

function validateConditions(conditions: readonly Condition[], path: string): FieldError[] {
  const types = new Set<string>()
  return each(conditions, path, ({ type, status = '' }, at) => {
    const found: FieldError[] = type === '' ? [fieldError.required(`${at}.type`)] : []
    const allowed = lasting.includes(type) ? ['True'] : ['False', 'True', 'Unknown']
    if (status === '') found.push(fieldError.required(`${at}.status`))
    else if (!allowed.includes(status)) found.push(fieldError.notSupported(`${at}.status`, status, allowed))
    const other = decisions.find((one) => one !== type)
    if (decisions.includes(type) && other && types.has(other)) {
      found.push(fieldError.invalid(path, type, 'Approved and Denied conditions are mutually exclusive'))
    }
    if (types.has(type)) found.push(fieldError.duplicate(`${at}.type`, type))
    types.add(type)
    return found
  })
}

/** What has been decided stays; who decides and who signs each has a subresource of their own. */
function validateUpdate(now: SigningRequest, old: SigningRequest, subresource: string): FieldError[] {
  const of = ({ status }: SigningRequest, type: string) => (status?.conditions ?? []).filter((one) => one.type === type)
  const forbidden = (why: string) => fieldError.forbidden('status.conditions', why)
  const found: FieldError[] = []
  for (const type of lasting) {
    if (of(now, type).length < of(old, type).length) {
      found.push(forbidden(`updates may not remove a condition of type "${type}"`))
    }
  }
  for (const type of subresource === 'approval' ? [] : decisions) {
    const [after, before] = [of(now, type), of(old, type)]
    if (after.length > before.length) found.push(forbidden(`updates may not add a condition of type "${type}"`))
    else if (after.length === before.length && !jsonEquals(after, before)) {
      found.push(forbidden(`updates may not modify a condition of type "${type}"`))
    }
  }
  const [certificate = '', before = ''] = [now.status?.certificate, old.status?.certificate]
  if (certificate === before) return found
  const why =
    subresource !== 'status'
      ? 'updates may not set certificate content'
      : before === ''
        ? undefined
        : 'updates may not modify existing certificate content'
  return why ? [...found, fieldError.forbidden('status.certificate', why)] : found
}
