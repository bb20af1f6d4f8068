import { isJsonObject, type JsonObject } from '../meta/object.js'

/** `null` is TypeBox's; no value is of it. */
const types: readonly unknown[] = [undefined, 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string']

/** The path of the first type, at any depth of a schema, that there is not: no value would be of it. */
export function unknownType(schema: unknown, path: string): string | undefined {
  if (!isJsonObject(schema)) return undefined
  if (!types.includes(schema.type)) return `${path}.type`
  for (const [place, below] of schemasIn(schema)) {
    const found = unknownType(below, `${path}.${place}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a schema is made of, one level down, and where. */
function schemasIn(schema: JsonObject): [place: string, schema: unknown][] {
  const { properties, items, additionalProperties, not } = schema
  const members = isJsonObject(properties) ? Object.entries(properties) : []
  const alternatives = ['allOf', 'anyOf', 'oneOf'].flatMap((name) => {
    const list = schema[name]
    return Array.isArray(list) ? list.map((one, i): [string, unknown] => [`${name}[${i}]`, one]) : []
  })
  return [
    ...members.map(([name, member]): [string, unknown] => [`properties.${name}`, member]),
    ...Object.entries({ items, additionalProperties, not }),
    ...alternatives,
  ]
}
