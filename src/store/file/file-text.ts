import { createHash } from 'node:crypto'
import { parseJson } from '../../codec/json.js'
import { parseYaml, stringifyYaml } from '../../codec/yaml.js'
import { editYaml } from '../../codec/yaml-edit.js'
import { isJsonObject, type JsonObject } from '../../meta/object.js'

/** Metadata a person reads, in the order they read it. What is not here follows; what is in `kept` never does. */
const metadataOrder = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'uid', 'creationTimestamp']
const kept = new Set(['resourceVersion', 'managedFields'])
const headOrder = ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'status']

/** An object as its file tells it: without what changes at every write and means nothing to a person. */
export function fileForm(object: JsonObject): JsonObject {
  const form: JsonObject = {}
  const fields = [...headOrder, ...Object.keys(object).filter((field) => !headOrder.includes(field))]
  for (const field of fields) {
    const value = object[field]
    if (value === undefined) continue
    form[field] = field === 'metadata' && isJsonObject(value) ? metadataForm(value) : value
  }
  return form
}

function metadataForm(metadata: JsonObject): JsonObject {
  const form: JsonObject = {}
  const fields = [...metadataOrder, ...Object.keys(metadata).filter((field) => !metadataOrder.includes(field))]
  for (const field of fields) {
    const value = metadata[field]
    if (value !== undefined && !kept.has(field)) form[field] = value
  }
  return form
}

/** The text of a file that tells `json`, the stored form of an object. */
export function renderFile(json: Buffer): string {
  return stringifyYaml(fileForm(parseJson(json) as JsonObject))
}

/** The same for a file whose text is somebody's: only the lines that must change do. */
export function rewriteFile(text: string, json: Buffer): Promise<string> {
  return editYaml(text, fileForm(parseJson(json) as JsonObject))
}

/** Whether a text would not look the same if the server wrote what it says. */
export function isHandmade(text: string): boolean {
  const { value } = parseYaml(text)
  return !isJsonObject(value) || stringifyYaml(fileForm(value)) !== text
}

export const hashOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('base64url')
