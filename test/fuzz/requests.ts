import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { kindType } from '../../src/apis/facts/kind-types.js'
import { encodeProtobuf, protobufMediaType } from '../../src/codec/protobuf/protobuf.js'
import { stringifyYaml } from '../../src/codec/yaml.js'
import { isJsonObject } from '../../src/meta/object.js'
import { projectFolder } from '../support/project-folder.js'
import { mutateBytes, mutateText } from './mutate.js'
import type { Random } from './random.js'

export interface FuzzRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Buffer
}

interface Recorded {
  readonly method: string
  readonly path: string
  readonly content_type: string | null
  readonly body: unknown
}

const json = 'application/json'
const types: readonly [string, ...string[]] = [
  ...([json, 'application/yaml', protobufMediaType, 'application/merge-patch+json'] as const),
  ...['application/json-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'],
  ...['text/plain', 'application/json; charset=utf-16', ';', ''],
]
const accepts: readonly [string, ...string[]] = [
  ...([json, 'application/yaml', protobufMediaType, '*/*', 'text/html', 'a/b;q=2', ','] as const),
  ...[
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
  ],
  ...['application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList', `${protobufMediaType};stream=watch`],
]
const methods: readonly [string, ...string[]] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
const parameters: readonly [string, ...string[]] = [
  ...(['watch', 'limit', 'continue', 'resourceVersion', 'resourceVersionMatch', 'labelSelector'] as const),
  ...['fieldSelector', 'dryRun', 'fieldManager', 'fieldValidation', 'force', 'timeout', 'timeoutSeconds', 'pretty'],
  ...['propagationPolicy', 'gracePeriodSeconds', 'allowWatchBookmarks', 'sendInitialEvents', 'includeObject'],
]
const values: readonly [string, ...string[]] = [
  ...(['1', 'true', '0', '-1', 'All', 'Strict', '', '99999999999999999999', 'a=b,c!=d', 'a in (b,c),!d'] as const),
  ...['metadata.name=x', 'metadata.name!=x,metadata.namespace=default', 'NotOlderThan', 'Exact', '1h', 'Foreground'],
]

/** Recorded requests, changed here and there. */
export class RequestMaker {
  readonly #recorded: readonly [Recorded, ...Recorded[]]

  constructor(private readonly token: string) {
    const text = readFileSync(join(projectFolder, 'test', 'vectors', 'vectors.jsonl'), 'utf8').trim()
    this.#recorded = text.split('\n').map((line) => JSON.parse(line)) as [Recorded, ...Recorded[]]
  }

  make(random: Random): FuzzRequest {
    const [one, other] = [random.pick(this.#recorded), random.pick(this.#recorded)]
    const method = random.chance(15) ? random.pick(methods) : one.method
    const { type, body } = bodyOf(random, one, other)
    return {
      method,
      path: pathOf(random, one, other),
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: random.chance(30) ? random.pick(accepts) : json,
        ...(body ? { 'content-type': type } : {}),
        ...(random.chance(5) ? oddHeaders(random) : {}),
      },
      ...(body ? { body } : {}),
    }
  }
}

function pathOf(random: Random, one: Recorded, other: Recorded): string {
  let path = random.chance(25) ? mutateText(random, one.path, other.path) : one.path
  if (!path.startsWith('/')) path = `/${path}`
  if (!random.chance(30)) return path
  const value = random.chance(40) ? mutateText(random, random.pick(values), other.path) : random.pick(values)
  return `${path}${path.includes('?') ? '&' : '?'}${random.pick(parameters)}=${encodeURI(value)}`
}

function oddHeaders(random: Random): Record<string, string> {
  const name = random.pick(['impersonate-user', 'impersonate-group', 'x-remote-user', 'if-none-match', 'audit-id'])
  return { [name]: mutateText(random, 'system:masters', 'x'), 'user-agent': 'kubectl/v1.36' }
}

function bodyOf(random: Random, one: Recorded, other: Recorded): { type: string; body?: Buffer } {
  const type = random.chance(15) ? random.pick(types) : (one.content_type ?? json)
  if (random.chance(3)) return { type, body: random.bytes(random.below(300)) }
  const source = random.chance(10) ? other.body : one.body
  if (source === null || source === undefined) return { type }
  const written = writtenAs(random, source, type)
  const changed = random.chance(80) ? mutateBytes(random, written.body, Buffer.from(String(other.body))) : written.body
  return { type: written.type, body: changed }
}

/** In one of the forms an object may have. */
function writtenAs(random: Random, source: unknown, type: string): { type: string; body: Buffer } {
  const text = typeof source === 'string' ? source : JSON.stringify(source)
  const object = parsed(text)
  if (type === json && object && random.chance(20))
    return { type: 'application/yaml', body: Buffer.from(stringifyYaml(object)) }
  const { apiVersion, kind } = object ?? {}
  const named = typeof apiVersion === 'string' && typeof kind === 'string' && kindType({ apiVersion, kind })
  if (type === json && object && named && random.chance(30)) {
    try {
      return { type: protobufMediaType, body: encodeProtobuf(object, kindType) }
    } catch {
      // What has a wrong type has no protobuf form.
    }
  }
  return { type, body: Buffer.from(text) }
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
