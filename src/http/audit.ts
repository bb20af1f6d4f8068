import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { AuditedRequest, Auditor, AuditTrail } from '../auth/audit/auditor.js'
import { parseJson } from '../codec/json.js'
import { decodeProtobuf, type KindTypes, protobufMediaType } from '../codec/protobuf/protobuf.js'
import { parseYaml } from '../codec/yaml.js'
import type { StatusError } from '../meta/status.js'
import type { UserInfo } from '../meta/user.js'
import type { Answer, Call, CallAudit } from './call.js'
import { mediaType } from './decode-body.js'

/** A call's trail, which understands what HTTP carries. */
export interface HttpAudit extends CallAudit {
  readonly trail: AuditTrail
  answered(answer: Answer): void
}

/** Undefined: the call is not noted. */
export function beginAudit(auditor: Auditor, call: Call, requester: UserInfo): HttpAudit | undefined {
  const trail = auditor.begin(auditedRequest(call, requester))
  if (!trail) return undefined
  const { protobuf } = call
  return {
    trail,
    requestBody(bytes, contentType) {
      if (bytes.length > 0) trail.requestObject(() => decoded(bytes, mediaType(contentType), protobuf))
    },
    answered({ code, type, body }) {
      trail.completed(code, () => decoded(bytesOf(body), mediaType(type), protobuf))
    },
  }
}

export function auditRefusal(auditor: Auditor, call: Call, error: StatusError): void {
  auditor.unauthorized(auditedRequest(call, { name: '', groups: [] }), error.status)
}

function auditedRequest(call: Call, user: UserInfo): AuditedRequest {
  const { request, response, info } = call
  return {
    auditId: String(response.getHeader('Audit-Id') ?? ''),
    uri: request.url ?? '/',
    attributes: { ...info, user },
    sourceIps: sourceIps(request),
    userAgent: request.headers['user-agent'],
  }
}

/** As upstream: those it was forwarded for, then who sent it. */
function sourceIps({ headers, socket }: IncomingMessage): string[] {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',').split(',')
  const claimed = [...forwarded, headers['x-real-ip'] ?? []].flat().map((ip) => ip.trim())
  const remote = socket.remoteAddress ?? ''
  return [...new Set([...claimed, remote].filter((ip) => isIP(ip) !== 0))]
}

function bytesOf(body: Answer['body']): Buffer {
  return typeof body === 'string' ? Buffer.from(body) : Buffer.isBuffer(body) ? body : Buffer.concat(body)
}

/** What can't be decoded is not noted: the answer says what was wrong with it. */
function decoded(bytes: Buffer, type: string, protobuf: KindTypes | undefined): unknown {
  try {
    if (type === protobufMediaType) return protobuf && decodeProtobuf(bytes, protobuf)
    if (type === 'application/yaml' || type === 'application/apply-patch+yaml') {
      return parseYaml(bytes.toString('utf8')).value
    }
    return type === '' || type === 'application/json' || type.endsWith('+json') ? parseJson(bytes) : undefined
  } catch {
    return undefined
  }
}
