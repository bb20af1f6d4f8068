import { parseJson } from '../../codec/json.js'
import { JsonError } from '../../codec/json-error.js'
import { goKind } from '../../codec/typed/decode-error.js'
import { type FieldError, fieldError } from '../../meta/field-error.js'
import { isJsonObject, type JsonObject, type KubeObject, setOwn } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { invalidBy } from '../field-checks.js'
import { configKeyErrors } from './config-keys.js'
import { type Data, decodedLength, maxDataBytes, validateImmutable } from './config-maps.js'

/** The keys that a typed secret can't do without. */
const requiredKeys: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/tls': ['tls.crt', 'tls.key'],
  'kubernetes.io/dockercfg': ['.dockercfg'],
  'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
}
const serviceAccountName = 'kubernetes.io/service-account.name'

const dataOf = (secret: KubeObject) => (secret.data ?? {}) as Data

/** core/v1 Secret. */
export const secrets: BuiltinKind = {
  defaults: { 'core.v1.Secret': { set: setSecretDefaults } },
  strategy: {
    validate: validateSecret,
    validateUpdate: (secret, old) => [
      ...(secret.type === old.type ? [] : [fieldError.invalid('type', secret.type, 'field is immutable')]),
      ...validateImmutable(secret, old, ['data']),
    ],
  },
  cells: { Type: (secret) => secret.type ?? '', Data: (secret) => Object.keys(dataOf(secret)).length, Age: age },
}

/** `stringData` is only ever written: it goes into `data` (V60). */
function setSecretDefaults(secret: JsonObject): void {
  secret.type ??= 'Opaque'
  if (!isJsonObject(secret.stringData)) return
  const data: JsonObject = isJsonObject(secret.data) ? { ...secret.data } : {}
  for (const [key, text] of Object.entries(secret.stringData))
    setOwn(data, key, Buffer.from(String(text)).toString('base64'))
  delete secret.stringData
  if (Object.keys(data).length > 0) secret.data = data
}

function validateSecret(secret: KubeObject): FieldError[] {
  const data = dataOf(secret)
  const found = Object.keys(data).flatMap((key) => invalidBy(`data[${key}]`, key, configKeyErrors(key)))
  let size = 0
  for (const value of Object.values(data)) size += decodedLength(value)
  if (size > maxDataBytes) found.push(fieldError.tooLong('data', maxDataBytes))
  return [...found, ...validateTyped(secret, data)]
}

function validateTyped({ type, metadata }: KubeObject, data: Data): FieldError[] {
  const missing = (...keys: string[]) => keys.filter((key) => !Object.hasOwn(data, key)).map((key) => requiredKey(key))
  switch (type) {
    case 'kubernetes.io/service-account-token':
      return metadata.annotations?.[serviceAccountName]
        ? []
        : [fieldError.required(`metadata.annotations[${serviceAccountName}]`)]
    case 'kubernetes.io/basic-auth':
      return ['username', 'password'].some((key) => Object.hasOwn(data, key)) ? [] : missing('username', 'password')
    case 'kubernetes.io/ssh-auth':
      return data['ssh-privatekey'] ? [] : [requiredKey('ssh-privatekey')]
    case 'kubernetes.io/dockercfg':
    case 'kubernetes.io/dockerconfigjson':
      return [...missing(...(requiredKeys[type] ?? [])), ...validateJson(requiredKeys[type]?.[0] ?? '', data)]
    default:
      return missing(...(requiredKeys[String(type)] ?? []))
  }
}

/** What it has is never shown in an error. */
function validateJson(key: string, data: Data): FieldError[] {
  if (!Object.hasOwn(data, key)) return []
  const wrong = (why: string) => [fieldError.invalid(`data[${key}]`, '<secret contents redacted>', why)]
  try {
    const value = parseJson(Buffer.from(data[key] ?? '', 'base64'))
    if (isJsonObject(value) || value === null) return []
    return wrong(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`)
  } catch (error) {
    if (error instanceof JsonError) return wrong(error.message)
    throw error
  }
}

function requiredKey(key: string): FieldError {
  return fieldError.required(`data[${key}]`)
}
