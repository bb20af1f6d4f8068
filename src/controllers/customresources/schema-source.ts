import type { CustomResourceDefinition } from '../../apis/apiextensions/custom-resource-definition.js'
import { parseJson } from '../../codec/json.js'
import type { Schema } from '../../schema/schema.js'

/** Nothing is known of what a resource may hold: only data from before schemas were required has none. */
const anything: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/**
 * The schemas of one definition, parsed from its stored JSON when a request first needs one: at the start nothing is
 * parsed, however many definitions there are.
 */
export class SchemaSource {
  #parsed: ReadonlyMap<string, Schema> | undefined

  constructor(private json: Buffer) {}

  /** The definition was stored anew with the same spec: the older bytes need not be kept. */
  renew(json: Buffer): void {
    this.json = json
  }

  schemaOf(version: string): Schema {
    this.#parsed ??= parseSchemas(this.json)
    return this.#parsed.get(version) ?? anything
  }
}

function parseSchemas(json: Buffer): Map<string, Schema> {
  const { spec } = parseJson(json) as CustomResourceDefinition
  return new Map((spec.versions ?? []).map(({ name, schema }) => [name, schema?.openAPIV3Schema ?? anything]))
}
