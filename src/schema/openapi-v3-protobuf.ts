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
 * OpenAPI v3 as protobuf (API-SEMANTICS D51): the messages of gnostic's openapi.v3 (google/gnostic-models,
 * openapiv3/OpenAPIv3.proto), as far as these documents use them.
 */
const reference = message(() => ({ $ref: [1, text] }))

const schema: Write = message(
  () => ({
    ...{ nullable: [1, flag], title: [9, text], multipleOf: [10, double], maximum: [11, double] },
    ...{ exclusiveMaximum: [12, flag], minimum: [13, double], exclusiveMinimum: [14, flag], maxLength: [15, whole] },
    ...{ minLength: [16, whole], pattern: [17, text], maxItems: [18, whole], minItems: [19, whole] },
    ...{ uniqueItems: [20, flag], maxProperties: [21, whole], minProperties: [22, whole], required: [23, list(text)] },
    ...{ enum: [24, list(anyValue)], type: [25, text], allOf: [26, list(anySchema)], oneOf: [27, list(anySchema)] },
    ...{ anyOf: [28, list(anySchema)], not: [29, schema], items: [30, wrapped(1, anySchema)] },
    ...{ properties: [31, wrapped(1, named(anySchema))], additionalProperties: [32, schemaOrFlag] },
    ...{ default: [33, scalar], description: [34, text], format: [35, text] },
  }),
  36,
)

const anySchema = either((value) => (isJsonObject(value) && value.$ref !== undefined ? [2, reference] : [1, schema]))
const schemaOrFlag = either((value) => (isJsonObject(value) ? [1, anySchema] : [2, flag]))

/** The format has no other defaults than these; of any other it tells that there is one. */
const scalar: Write = (writer, number, value) => {
  const choices = { number: [1, double], bigint: [1, double], boolean: [2, flag], string: [3, text] } as const
  const choice = choices[typeof value as keyof typeof choices]
  if (choice) either(() => choice)(writer, number, value)
  else writer.field(number, () => {})
}

const content = wrapped(1, named(message(() => ({ schema: [1, anySchema] }))))
const parameter = wrapped(
  1,
  message(() => ({
    ...{ name: [1, text], in: [2, text], description: [3, text], required: [4, flag], schema: [10, anySchema] },
  })),
)
const response = wrapped(
  1,
  message(() => ({ description: [1, text], content: [3, content] })),
)

const operation = message(
  () => ({
    ...{ tags: [1, list(text)], description: [3, text], operationId: [5, text], parameters: [6, list(parameter)] },
    requestBody: [
      7,
      wrapped(
        1,
        message(() => ({ description: [1, text], content: [2, content], required: [3, flag] })),
      ),
    ],
    responses: [8, wrapped(2, named(response))],
  }),
  13,
)

const pathItem = message(() => ({
  ...{ get: [4, operation], put: [5, operation], post: [6, operation], delete: [7, operation] },
  ...{ options: [8, operation], head: [9, operation], patch: [10, operation], parameters: [13, list(parameter)] },
}))

const securityScheme = message(() => ({ type: [1, text], description: [2, text], name: [3, text], in: [4, text] }))

const components = message(() => ({
  schemas: [1, wrapped(1, named(anySchema))],
  securitySchemes: [7, wrapped(1, named(wrapped(1, securityScheme)))],
}))

const document = message(() => ({
  openapi: [1, text],
  info: [2, message(() => ({ title: [1, text], version: [6, text] }))],
  paths: [4, wrapped(1, named(pathItem))],
  components: [5, components],
}))

export function encodeDocumentV3(value: JsonObject): Buffer {
  // The document is the message itself, not a field of one: number and length go.
  const field = fieldBytes(document, 1, value)
  const length = field.findIndex((byte, at) => at > 0 && byte < 128)
  return field.subarray(length + 1)
}
