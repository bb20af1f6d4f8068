import { inKeyOrder } from '../codec/go-text.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { Schema } from './schema.js'

type Show = (value: unknown) => unknown

const plain: Show = (value) => inKeyOrder(value ?? null)
const text: Show = (value) => value ?? ''
const flag: Show = (value) => value ?? false
const schema: Show = (value) => (isJsonObject(value) ? goSchema(value as Schema) : null)
const schemas: Show = (value) => (Array.isArray(value) ? value.map(schema) : null)
const schemaMap: Show = (value) =>
  isJsonObject(value) ? Object.fromEntries(sortedEntries(value).map(([key, member]) => [key, schema(member)])) : null
const schemaOrBool: Show = (value) => {
  if (value === undefined || value === null) return null
  return typeof value === 'boolean' ? { Allows: value, Schema: null } : { Allows: true, Schema: schema(value) }
}
const schemaOrArray: Show = (value) => {
  if (value === undefined || value === null) return null
  return Array.isArray(value)
    ? { Schema: null, JSONSchemas: schemas(value) }
    : { Schema: schema(value), JSONSchemas: null }
}
const schemaOrNames: Show = (value) => {
  if (!isJsonObject(value)) return null
  const show = (member: unknown) =>
    Array.isArray(member) ? { Schema: null, Property: member } : { Schema: schema(member), Property: null }
  return Object.fromEntries(sortedEntries(value).map(([key, member]) => [key, show(member)]))
}
const externalDocs: Show = (value) =>
  isJsonObject(value) ? { Description: value.description ?? '', URL: value.url ?? '' } : null
const rules: Show = (value) => (Array.isArray(value) ? value.map(goRule) : null)

const schemaFields: readonly (readonly [go: string, json: string, show: Show])[] = [
  ['ID', 'id', text],
  ['Schema', '$schema', text],
  ['Ref', '$ref', plain],
  ['Description', 'description', text],
  ['Type', 'type', text],
  ['Nullable', 'nullable', flag],
  ['Format', 'format', text],
  ['Title', 'title', text],
  ['Default', 'default', plain],
  ['Maximum', 'maximum', plain],
  ['ExclusiveMaximum', 'exclusiveMaximum', flag],
  ['Minimum', 'minimum', plain],
  ['ExclusiveMinimum', 'exclusiveMinimum', flag],
  ['MaxLength', 'maxLength', plain],
  ['MinLength', 'minLength', plain],
  ['Pattern', 'pattern', text],
  ['MaxItems', 'maxItems', plain],
  ['MinItems', 'minItems', plain],
  ['UniqueItems', 'uniqueItems', flag],
  ['MultipleOf', 'multipleOf', plain],
  ['Enum', 'enum', plain],
  ['MaxProperties', 'maxProperties', plain],
  ['MinProperties', 'minProperties', plain],
  ['Required', 'required', plain],
  ['Items', 'items', schemaOrArray],
  ['AllOf', 'allOf', schemas],
  ['OneOf', 'oneOf', schemas],
  ['AnyOf', 'anyOf', schemas],
  ['Not', 'not', schema],
  ['Properties', 'properties', schemaMap],
  ['AdditionalProperties', 'additionalProperties', schemaOrBool],
  ['PatternProperties', 'patternProperties', schemaMap],
  ['Dependencies', 'dependencies', schemaOrNames],
  ['AdditionalItems', 'additionalItems', schemaOrBool],
  ['Definitions', 'definitions', schemaMap],
  ['ExternalDocs', 'externalDocs', externalDocs],
  ['Example', 'example', plain],
  ['XPreserveUnknownFields', 'x-kubernetes-preserve-unknown-fields', plain],
  ['XEmbeddedResource', 'x-kubernetes-embedded-resource', flag],
  ['XIntOrString', 'x-kubernetes-int-or-string', flag],
  ['XListMapKeys', 'x-kubernetes-list-map-keys', plain],
  ['XListType', 'x-kubernetes-list-type', plain],
  ['XMapType', 'x-kubernetes-map-type', plain],
  ['XValidations', 'x-kubernetes-validations', rules],
]

/**
 * A schema as upstream's errors show it: its internal type has no JSON names, so every field is there, in Go's order and
 * under Go's name.
 */
export function goSchema(value: Schema | undefined): unknown {
  if (!value) return null
  const members = value as JsonObject
  return Object.fromEntries(schemaFields.map(([go, json, show]) => [go, show(members[json])]))
}

const goRule: Show = (value) => {
  const rule = isJsonObject(value) ? value : {}
  return {
    Rule: rule.rule ?? '',
    Message: rule.message ?? '',
    MessageExpression: rule.messageExpression ?? '',
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? '',
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  }
}

function sortedEntries(object: JsonObject): [string, unknown][] {
  return Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1))
}
