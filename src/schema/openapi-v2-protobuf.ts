import {
  anyValue,
  double,
  either,
  fieldBytes,
  flag,
  list,
  message,
  named,
  text,
  type Write,
  whole,
  wrapped,
} from '../codec/protobuf/plain-message.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'

/**
 * OpenAPI v2 as protobuf: the messages of gnostic's openapi.v2 (google/gnostic-models, openapiv2/OpenAPIv2.proto), as far
 * as these documents use them. kubectl up to 1.28 asks for nothing else (API-SEMANTICS D40, D41).
 */
const schema: Write = message(
  () => ({
    ...{ $ref: [1, text], format: [2, text], title: [3, text], description: [4, text], default: [5, anyValue] },
    ...{ multipleOf: [6, double], maximum: [7, double], exclusiveMaximum: [8, flag] },
    ...{ minimum: [9, double], exclusiveMinimum: [10, flag], maxLength: [11, whole], minLength: [12, whole] },
    ...{ pattern: [13, text], maxItems: [14, whole], minItems: [15, whole], uniqueItems: [16, flag] },
    ...{ maxProperties: [17, whole], minProperties: [18, whole], required: [19, list(text)] },
    ...{ enum: [20, list(anyValue)], additionalProperties: [21, schemaOrFlag], type: [22, wrapped(1, text)] },
    ...{ items: [23, wrapped(1, schema)], allOf: [24, list(schema)], properties: [25, wrapped(1, named(schema))] },
  }),
  31,
)

const schemaOrFlag = either((value) => (isJsonObject(value) ? [1, schema] : [2, flag]))

const bodyParameter = message(() => ({
  ...{ description: [1, text], name: [2, text], in: [3, text], required: [4, flag], schema: [5, schema] },
}))
const queryParameter = message(() => ({
  ...{ required: [1, flag], in: [2, text], description: [3, text], name: [4, text], type: [6, text] },
  ...{ format: [7, text], uniqueItems: [20, flag] },
}))
const pathParameter = message(() => ({
  ...{ required: [1, flag], in: [2, text], description: [3, text], name: [4, text], type: [5, text] },
  ...{ format: [6, text], uniqueItems: [19, flag] },
}))
const nonBodyParameter = either((value) => (place(value) === 'path' ? [4, pathParameter] : [3, queryParameter]))
const parameter = wrapped(
  1,
  either((value) => (place(value) === 'body' ? [1, bodyParameter] : [2, nonBodyParameter])),
)

function place(value: unknown): unknown {
  return isJsonObject(value) ? value.in : undefined
}

const response = message(() => ({ description: [1, text], schema: [2, wrapped(1, schema)] }))

const operation = message(
  () => ({
    ...{ tags: [1, list(text)], description: [3, text], operationId: [5, text], produces: [6, list(text)] },
    ...{ consumes: [7, list(text)], parameters: [8, list(parameter)] },
    ...{ responses: [9, wrapped(1, named(wrapped(1, response)))], schemes: [10, list(text)] },
  }),
  13,
)

const pathItem = message(
  () => ({
    ...{ get: [2, operation], put: [3, operation], post: [4, operation], delete: [5, operation] },
    ...{ options: [6, operation], head: [7, operation], patch: [8, operation], parameters: [9, list(parameter)] },
  }),
  10,
)

const apiKey = message(() => ({ type: [1, text], name: [2, text], in: [3, text], description: [4, text] }))

const head = {
  swagger: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [2, text] }))],
  security: [12, list(wrapped(1, named(wrapped(1, list(text)))))],
  securityDefinitions: [13, wrapped(1, named(wrapped(2, apiKey)))],
} as const

/** One path of a document. */
export function encodePathV2(name: string, item: JsonObject): Buffer {
  return fieldBytes(named(pathItem), 2, { [name]: item })
}

/** One definition of a document. */
export function encodeDefinitionV2(name: string, definition: JsonObject): Buffer {
  return fieldBytes(named(schema), 1, { [name]: definition })
}

/** The whole document, in parts: what is not in its paths and definitions, and the bytes of those. */
export function encodeDocumentV2(rest: JsonObject, paths: readonly Buffer[], definitions: readonly Buffer[]): Buffer[] {
  const part = (name: keyof typeof head) => fieldBytes(head[name][1], head[name][0], rest[name])
  return [
    ...[part('swagger'), part('info')],
    ...[lengthOf(8, paths), ...paths, lengthOf(9, definitions), ...definitions],
    ...[part('security'), part('securityDefinitions')],
  ]
}

/** What stands before a message that is made of parts. */
function lengthOf(number: number, parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return fieldBytes(
    (writer, field) => {
      writer.unsigned(length)
      writer.tag(field, 2)
    },
    number,
    undefined,
  )
}
