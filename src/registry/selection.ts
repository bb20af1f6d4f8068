import { parseJson } from '../codec/json.js'
import type { FieldSelector } from '../meta/field-selector.js'
import type { LabelSelector } from '../meta/label-selector.js'
import type { KubeObject } from '../meta/object.js'
import { isJsonObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import type { Stored } from '../store/store.js'
import type { SelectableField } from './definition.js'
import { knownJson } from './read.js'
import type { Resource } from './resource.js'

export interface Selectors {
  readonly labels?: LabelSelector
  readonly fields?: FieldSelector
}

/** What selectors look at: an object's labels and its selectable fields as text, by its JSON in a version. */
interface Attributes {
  readonly json: Buffer
  readonly labels: Readonly<Record<string, string>> | undefined
  readonly fields: Readonly<Record<string, string>>
}

/** Kept as long as the stored object: each is parsed once for a resource, however many watchers ask. */
const known = new WeakMap<Resource, WeakMap<Stored, Attributes>>()

/**
 * A test for stored objects, or undefined when everything is selected.
 * @throws StatusError BadRequest for a field that can't be selected by (API-SEMANTICS L31, L33)
 */
export function selection(
  resource: Resource,
  { labels, fields }: Selectors,
): ((stored: Stored) => boolean) | undefined {
  const selectsLabels = labels && !labels.empty
  const selectsFields = fields && fields.requirements.length > 0
  if (selectsFields) checkFields(resource, fields)
  if (!selectsLabels && !selectsFields) return undefined
  return (stored) => {
    const attributes = attributesOf(resource, stored)
    return (
      (!selectsLabels || labels.matches(attributes.labels)) && (!selectsFields || fields.matches(attributes.fields))
    )
  }
}

/**
 * Whether what is selected by has to be read first: the fields of a version are looked at in the object as that version
 * has it (L33).
 */
export function selectsAsRead(resource: Resource, { fields }: Selectors): boolean {
  return !resource.builtin && (fields?.requirements.some(({ field }) => !field.startsWith('metadata.')) ?? false)
}

/** The one name a `metadata.name=x` selector leaves, so that a list or watch is of a single key. */
export function selectedName(fields: FieldSelector | undefined): string | undefined {
  const found = fields?.requirements.filter((r) => r.field === 'metadata.name' && r.operator === '=') ?? []
  return found.length === 1 ? found[0]?.value : undefined
}

/** What can be selected by beside metadata.name and metadata.namespace; a path is named without its leading dot. */
function selectableFields(resource: Resource): SelectableField[] {
  return (resource.version.selectableFields ?? []).map((field) => {
    if (typeof field !== 'string') return field
    const name = field.replace(/^\./, '')
    return { name, value: (object) => fieldText(object, name) }
  })
}

function checkFields(resource: Resource, fields: FieldSelector): void {
  const own = selectableFields(resource).map(({ name }) => name)
  const allowed = new Set(['metadata.name', ...(resource.namespaced ? ['metadata.namespace'] : []), ...own])
  for (const { field } of fields.requirements) {
    if (allowed.has(field)) continue
    if (!resource.builtin || own.length > 0) throw errors.badRequest(`field label not supported: ${field}`)
    const names = ['metadata.name', 'metadata.namespace'].map((f) => `"${f}"`).join(', ')
    throw errors.badRequest(`"${field}" is not a known field selector: only ${names}`)
  }
}

function attributesOf(resource: Resource, stored: Stored): Attributes {
  const ofResource = known.get(resource) ?? new WeakMap<Stored, Attributes>()
  known.set(resource, ofResource)
  // Fields of a built-in kind are told from its storage version.
  const json = (resource.builtin ? undefined : knownJson(resource, stored)) ?? stored.json
  let attributes = ofResource.get(stored)
  if (!attributes || attributes.json !== json) {
    const object = parseJson(json) as KubeObject
    const { name = '', namespace = '' } = object.metadata
    const fields: Record<string, string> = { 'metadata.name': name, 'metadata.namespace': namespace }
    for (const field of selectableFields(resource)) fields[field.name] = field.value(object)
    attributes = { json, labels: object.metadata.labels, fields }
    ofResource.set(stored, attributes)
  }
  return attributes
}

/** Strings, integers and booleans as text; what is missing is '' (L33). */
function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object
  for (const part of path.split('.'))
    value = isJsonObject(value) && Object.hasOwn(value, part) ? value[part] : undefined
  return value === undefined || value === null ? '' : String(value)
}
