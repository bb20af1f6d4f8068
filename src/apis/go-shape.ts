import type { StructType, Type } from '../codec/typed/type.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { namedType } from './facts/kind-types.js'

/** Parts of names that Go writes in capitals. */
const initialisms: Readonly<Record<string, string>> = {
  api: 'API',
  cidr: 'CIDR',
  cpu: 'CPU',
  id: 'ID',
  ip: 'IP',
  http: 'HTTP',
  tcp: 'TCP',
  tls: 'TLS',
  uid: 'UID',
  url: 'URL',
  csi: 'CSI',
  dns: 'DNS',
  nfs: 'NFS',
  os: 'OS',
}

/**
 * A value as upstream's messages show it: its internal structs have no JSON names, so all of their fields are there,
 * called as in Go. `typeName` is that of the published type (`policy.v1.PodDisruptionBudgetSpec`).
 */
export function goShape(value: unknown, typeName: string): unknown {
  const type = namedType(typeName)
  return type ? structShape(isJsonObject(value) ? value : {}, type) : value
}

function structShape(value: JsonObject, type: StructType): JsonObject {
  // Types of the API's machinery have JSON names inside too.
  if (type.name.startsWith('meta.v1.')) return value
  const shown: JsonObject = {}
  for (const field of type.fields) {
    if (field.name === '' && field.type.kind === 'struct') Object.assign(shown, structShape(value, field.type))
    else {
      const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined
      shown[goName(field.name)] = member === undefined && field.pointer ? null : shape(member, field.type)
    }
  }
  return shown
}

function shape(value: unknown, type: Type): unknown {
  switch (type.kind) {
    case 'struct':
      return structShape(isJsonObject(value) ? value : {}, type)
    case 'list':
      return Array.isArray(value) ? value.map((item) => shape(item, type.item)) : null
    case 'map':
      if (!isJsonObject(value)) return null
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item, type.value)]))
    case 'string':
      return value ?? ''
    case 'bool':
      return value ?? false
    case 'int32':
    case 'int64':
    case 'float64':
      return value ?? 0
    default:
      return value ?? null
  }
}

function goName(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ')
  // SELinuxOptions are one word.
  if (name.startsWith('seLinux')) return `SEL${name.slice('seL'.length)}`
  return words.map((word) => initialisms[word.toLowerCase()] ?? word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
