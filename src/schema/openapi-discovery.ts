import { protobufMediaType } from '../codec/protobuf/protobuf.js'
import type { JsonObject } from '../meta/object.js'
import { capitalized, groupVersionWord, metaPackage, refTo, tagOf } from './openapi-names.js'

/** A path with what its document refers to. */
export interface OpenApiPart {
  readonly paths: JsonObject
  readonly schemas: JsonObject
}

const list = (items: JsonObject): JsonObject => ({ type: 'array', items, 'x-kubernetes-list-type': 'atomic' })
const text: JsonObject = { type: 'string', default: '' }
const said: JsonObject = { type: 'string' }
const of = (kind: string): JsonObject => ({ default: {}, allOf: [refTo(`${metaPackage}.${kind}`)] })
const addresses = list(of('ServerAddressByClientCIDR'))

/** Fields of what discovery answers with. */
const fieldsOf: Readonly<Record<string, Readonly<Record<string, JsonObject>>>> = {
  ServerAddressByClientCIDR: { clientCIDR: text, serverAddress: text },
  GroupVersionForDiscovery: { groupVersion: text, version: text },
  APIVersions: { versions: list(text), serverAddressByClientCIDRs: addresses },
  APIGroup: {
    name: text,
    versions: list(of('GroupVersionForDiscovery')),
    preferredVersion: of('GroupVersionForDiscovery'),
    serverAddressByClientCIDRs: addresses,
  },
  APIGroupList: { groups: list(of('APIGroup')) },
  APIResource: {
    name: text,
    singularName: text,
    namespaced: { type: 'boolean', default: false },
    group: said,
    version: said,
    kind: text,
    verbs: { type: 'array', items: text },
    shortNames: list(text),
    categories: list(text),
    storageVersionHash: said,
  },
  APIResourceList: { groupVersion: text, resources: list(of('APIResource')) },
}
const requiredOf: Readonly<Record<string, readonly string[]>> = {
  ServerAddressByClientCIDR: ['clientCIDR', 'serverAddress'],
  GroupVersionForDiscovery: ['groupVersion', 'version'],
  APIVersions: ['versions', 'serverAddressByClientCIDRs'],
  APIGroup: ['name', 'versions'],
  APIGroupList: ['groups'],
  APIResource: ['name', 'singularName', 'namespaced', 'kind', 'verbs'],
  APIResourceList: ['groupVersion', 'resources'],
}

const versionFields = [
  ...['major', 'minor', 'gitVersion', 'gitCommit', 'gitTreeState', 'buildDate', 'goVersion', 'compiler', 'platform'],
]
const versionInfo: JsonObject = {
  description: 'Which version of Kubernetes the API is of.',
  type: 'object',
  required: versionFields,
  properties: {
    ...Object.fromEntries(versionFields.map((name) => [name, text])),
    ...Object.fromEntries(
      ['emulationMajor', 'emulationMinor', 'minCompatibilityMajor', 'minCompatibilityMinor'].map((name) => [
        name,
        said,
      ]),
    ),
  },
}

/** Adds the schema of a kind of discovery, and of all that it refers to. */
function publish(kind: string, schemas: JsonObject): void {
  const name = `${metaPackage}.${kind}`
  if (Object.hasOwn(schemas, name)) return
  const properties: JsonObject = { ...fieldsOf[kind] }
  const isKind = kind.startsWith('API') && kind !== 'APIResource'
  if (isKind) Object.assign(properties, { apiVersion: said, kind: said })
  schemas[name] = {
    type: 'object',
    required: requiredOf[kind],
    properties,
    ...(isKind ? { 'x-kubernetes-group-version-kind': [{ group: '', kind, version: 'v1' }] } : {}),
  }
  for (const referred of JSON.stringify(properties).matchAll(/meta\.v1\.(\w+)"/g)) publish(referred[1] ?? '', schemas)
}

/** One path that can be read: what it answers with is a schema, by media type. */
function readable(
  path: string,
  [tag, description, operationId]: readonly [tag: string, description: string, operationId: string],
  types: readonly string[],
  schema: JsonObject,
): JsonObject {
  const content = Object.fromEntries(types.map((type) => [type, { schema }]))
  const responses = { 200: { description: 'OK', content }, 401: { description: 'Unauthorized' } }
  return { [path]: { get: { tags: [tag], description, operationId, responses } } }
}

function discovery(path: string, kind: string, named: readonly [string, string, string]): OpenApiPart {
  const schemas: JsonObject = {}
  publish(kind, schemas)
  const types = ['application/json', protobufMediaType, 'application/yaml']
  return { paths: readable(path, named, types, refTo(`${metaPackage}.${kind}`)), schemas }
}

/** `/apis/apps/v1/` (API-SEMANTICS 1.1). */
export function resourceListPart(group: string, version: string): OpenApiPart {
  const path = group === '' ? `/api/${version}/` : `/apis/${group}/${version}/`
  const id = `get${groupVersionWord(group, version)}APIResources`
  return discovery(path, 'APIResourceList', [tagOf(group, version), 'get available resources', id])
}

/** `/apis/apps/`. */
export function groupPart(group: string): OpenApiPart {
  const word = capitalized(group.replace(/\.k8s\.io$/, ''))
  const tag = `${word.charAt(0).toLowerCase()}${word.slice(1)}`
  return discovery(`/apis/${group}/`, 'APIGroup', [tag, 'get information of a group', `get${word}APIGroup`])
}

const infoName = 'io.k8s.apimachinery.pkg.version.Info'

/** What is served beside groups and their versions, by the path of its document. */
export const fixedParts: Readonly<Record<string, () => OpenApiPart>> = {
  api: () => discovery('/api/', 'APIVersions', ['core', 'get available API versions', 'getCoreAPIVersions']),
  apis: () => discovery('/apis/', 'APIGroupList', ['apis', 'get available API versions', 'getAPIVersions']),
  version: () => ({
    paths: readable(
      '/version/',
      ['version', 'get the version information for this server', 'getCodeVersion'],
      ['application/json'],
      refTo(infoName),
    ),
    schemas: { [infoName]: versionInfo },
  }),
  'openid/v1/jwks': () =>
    texts('/openid/v1/jwks/', 'application/jwk-set+json', [
      'openid',
      'get the keys that tokens of service accounts are verified with',
      'getServiceAccountIssuerOpenIDKeyset',
    ]),
  '.well-known/openid-configuration': () =>
    texts('/.well-known/openid-configuration/', 'application/json', [
      'WellKnown',
      'get the OpenID configuration of the issuer of service account tokens',
      'getServiceAccountIssuerOpenIDConfiguration',
    ]),
}

function texts(path: string, type: string, named: readonly [string, string, string]): OpenApiPart {
  return { paths: readable(path, named, [type], { type: 'string' }), schemas: {} }
}
