import type { Field, KnownType, StructType, Type } from '../../codec/typed/type.js'
import { type JsonObject, setOwn } from '../../meta/object.js'
import { typeProperties } from '../../schema/openapi-schemas.js'
import { readDescriptions } from './descriptions.js'
import { kindsOfType, kindType, namedStruct, openApiName } from './kind-types.js'
import { fieldExtensions, plainSchema } from './type-schema.js'

/** A kind that says nothing of its kind. */
const watchEvent = 'meta.v1.WatchEvent'
/** Fields that upstream does not describe: references among them stand alone. */
const undescribed = /^apiextensions\.v1\.JSONSchemaProps (?!default$)|^networking\.v1\.IngressRule http$/

type Describe = (type: string, field?: string) => string | undefined

/**
 * Adds the OpenAPI v3 schema of a kind of Kubernetes' own, or of another type of `meta.k8s.io/v1`, and of all it refers
 * to; what is there already stays. Answers with its name, as upstream's documents have it; undefined for an unknown kind.
 */
export function publishKind(names: { apiVersion: string; kind: string }, schemas: JsonObject): string | undefined {
  const { apiVersion, kind } = names
  const type = kindType(names) ?? (apiVersion === 'meta.k8s.io/v1' ? namedStruct(`meta.v1.${kind}`) : undefined)
  if (!type) return undefined
  new Publication(schemas, readDescriptions()).struct(type)
  return openApiName(type.name)
}

class Publication {
  constructor(
    private readonly schemas: JsonObject,
    private readonly describe: Describe,
  ) {}

  struct(type: StructType): string {
    const name = openApiName(type.name)
    if (Object.hasOwn(this.schemas, name)) return name
    const schema: JsonObject = { ...described(this.describe(type.name)), type: 'object' }
    this.schemas[name] = schema
    const kinds = kindsOfType(type.name)
    const properties: JsonObject = kinds && type.name !== watchEvent ? this.typeMeta(type.name) : {}
    const required: string[] = []
    for (const [member, { field }] of type.members) {
      setOwn(properties, member, this.member(type.name, member, field))
      if (field.required || (member === 'items' && type.name.endsWith('List'))) required.push(member)
    }
    if (type.members.size > 0 || kinds) schema.properties = properties
    if (required.length > 0) schema.required = required
    if (type.mapType) schema['x-kubernetes-map-type'] = type.mapType
    if (type.unions) schema['x-kubernetes-unions'] = type.unions
    if (kinds) {
      schema['x-kubernetes-group-version-kind'] = kinds.map(({ group, version, kind }) => ({ group, kind, version }))
    }
    return name
  }

  /** apiVersion and kind, in the words of the kind's own description where there is one. */
  private typeMeta(kind: string): JsonObject {
    const result: JsonObject = {}
    for (const [name, property] of Object.entries(typeProperties())) {
      result[name] = { ...property, ...described(this.describe(kind, name)) }
    }
    return result
  }

  private member(owner: string, name: string, field: Field): JsonObject {
    const isReference = field.type.kind === 'struct' || field.type.kind === 'known'
    if (isReference && undescribed.test(`${owner} ${name}`)) return this.field(field, undefined)
    const description = this.describe(owner, name) ?? this.ofType(field.type)
    const schema = this.field(field, description)
    return typeof schema.$ref === 'string' ? { allOf: [schema] } : schema
  }

  /** Fields that are objects have none of their own in the typings. */
  private ofType(type: Type): string | undefined {
    return type.kind === 'struct' ? this.describe(type.name) : undefined
  }

  private field(field: Field, description: string | undefined): JsonObject {
    const { type, pointer, omitEmpty } = field
    const preset = field.default ?? (pointer ? undefined : zeroOf(type, omitEmpty))
    const more: JsonObject = { ...described(description), ...(preset === undefined ? {} : { default: preset }) }
    return this.with(Object.assign(more, fieldExtensions(field)), type)
  }

  /** A reference has nothing beside it: what there is to say stands around it. */
  private with(more: JsonObject, type: Type): JsonObject {
    if (type.kind !== 'struct' && type.kind !== 'known') {
      const values = type.kind === 'string' && type.enum ? { enum: type.enum } : {}
      return { ...more, ...plainSchema(type, (item) => this.item(item)), ...values }
    }
    const reference = { $ref: `#/components/schemas/${type.kind === 'struct' ? this.struct(type) : this.known(type)}` }
    return Object.keys(more).length === 0 ? reference : { ...more, allOf: [reference] }
  }

  private item(type: Type): JsonObject {
    const preset = zeroOf(type, false)
    return this.with(preset === undefined ? {} : { default: preset }, type)
  }

  private known(type: KnownType): string {
    const name = openApiName(type.name)
    const schema = type.schema()
    this.schemas[name] ??= { ...described(this.describe(type.name)), ...knownSchema(type) }
    if (schema) this.struct(schema)
    return name
  }
}

function described(description: string | undefined): JsonObject {
  return description === undefined ? {} : { description }
}

/** What Go has where nothing is said; undefined: nothing at all. */
function zeroOf(type: Type, omitEmpty: boolean): unknown {
  switch (type.kind) {
    case 'struct':
      return {}
    case 'string':
      return omitEmpty ? undefined : ''
    case 'bool':
      return omitEmpty ? undefined : false
    case 'int32':
    case 'int64':
    case 'float64':
      return omitEmpty ? undefined : 0
    default:
      return undefined
  }
}

function knownSchema({ name }: KnownType): JsonObject {
  switch (name) {
    case 'meta.v1.Time':
    case 'meta.v1.MicroTime':
      return { type: 'string', format: 'date-time' }
    case 'resource.Quantity':
      return { oneOf: [{ type: 'string' }, { type: 'number' }] }
    case 'intstr.IntOrString':
      return { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }
    case 'meta.v1.FieldsV1':
    case 'runtime.RawExtension':
      return { type: 'object' }
    default:
      return {}
  }
}
