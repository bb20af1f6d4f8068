import { createHash } from 'node:crypto'
import { parseJson } from '../../codec/json.js'
import { parseYaml, stringifyYaml } from '../../codec/yaml.js'
import { editYaml } from '../../codec/yaml-edit.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../../meta/object.js'

/** Metadata a person reads, in the order they read it. What is not here follows; what is in `kept` never does. */
const metadataOrder = ['name', 'generateName', 'namespace', 'labels', 'annotations', 'uid', 'creationTimestamp']
const kept = new Set(['resourceVersion', 'managedFields'])
const headOrder = ['apiVersion', 'kind', 'metadata', 'spec', 'data', 'status']

/** An object as its file tells it: without what changes at every write and means nothing to a person. */
function fileForm(object: JsonObject): JsonObject {
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
export function rewriteFile(text: string, json: Buffer, completes: boolean): Promise<string> {
  const { value } = parseYaml(text)
  const next = completes && isJsonObject(value) ? completedForm(value, json) : fileForm(parseJson(json) as JsonObject)
  return editYaml(text, next)
}

/** How a text stands to what the server would write. */
interface Standing {
  /** It would not look the same if the server wrote what it says. */
  readonly handmade: boolean
  /** It says less or other than it would, once completed, of the object that was made of it. */
  readonly incomplete: boolean
}

/** `json`: of the object that was made of `text`, if it is still so. */
export function standingOf(text: string, json: Buffer | undefined): Standing {
  // Mostly the server's own: an earlier life's, or another branch's.
  if (json && renderFile(json) === text) return { handmade: false, incomplete: false }
  const { value } = parseYaml(text)
  if (!isJsonObject(value)) return { handmade: true, incomplete: json !== undefined }
  return {
    handmade: stringifyYaml(fileForm(value)) !== text,
    incomplete: json !== undefined && !jsonEquals(value, completedForm(value, json)),
  }
}

/**
 * What a person's file says once the server has added its part. A text in another version of its kind than the stored
 * one stays in it, and gets of the metadata what conversion leaves alone.
 */
function completedForm(value: JsonObject, json: Buffer): JsonObject {
  const form = fileForm(parseJson(json) as JsonObject)
  if (value.apiVersion === form.apiVersion || !isJsonObject(form.metadata)) return form
  const { labels: _l, annotations: _a, ...metadata } = form.metadata
  const { labels, annotations } = isJsonObject(value.metadata) ? value.metadata : {}
  return { ...value, metadata: metadataForm({ ...metadata, labels, annotations }) }
}

export const hashOf = (content: Buffer | string): string => createHash('sha256').update(content).digest('base64url')
