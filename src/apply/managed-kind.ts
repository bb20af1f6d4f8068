import type { KubeObject } from '../meta/object.js'
import type { Schema } from '../schema/schema.js'
import { fieldElement, type PathElement } from './field-path.js'
import { differenceBelow, type FieldSet, fieldSet, isEmptySet, noFields } from './field-set.js'
import { type FieldType, objectType } from './field-type.js'

/** What field ownership has to know of a kind. */
export interface ManagedKind {
  readonly kind: string
  /** The version of the request: every object handed over is in it. */
  readonly apiVersion: string
  /** The schema of a version; undefined for one that is not there any more: what was owned in it is forgotten. */
  schemaOf(apiVersion: string): Schema | undefined
  /**
   * Brings an object to another version that has a schema. Only asked when fields are owned in that version; absent:
   * the apiVersion is rewritten (API-SEMANTICS S14).
   */
  convert?(object: KubeObject, apiVersion: string): KubeObject | Promise<KubeObject>
  /**
   * What an object of the kind is before anything is set: of a custom resource nothing but apiVersion and kind (the
   * default), of a built-in kind what `emptyObject` says. Fields that are there from the start are not added.
   */
  readonly empty?: KubeObject
}

/** A failed conversion; what the converter threw is its cause. */
export class VersionConversionError extends Error {
  constructor(override readonly cause: unknown) {
    super('conversion failed')
  }
}

export function typeAt(kind: ManagedKind, apiVersion: string): FieldType | undefined {
  const schema = kind.schemaOf(apiVersion)
  return schema && objectType(schema)
}

/** The type in the version of the request. */
export function requestType(kind: ManagedKind): FieldType {
  return typeAt(kind, kind.apiVersion) ?? objectType(unknownSchema)
}

const unknownSchema: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

/** @throws VersionConversionError */
export async function convertTo(kind: ManagedKind, object: KubeObject, apiVersion: string): Promise<KubeObject> {
  if (object.apiVersion === apiVersion) return object
  if (!kind.convert) return { ...object, apiVersion }
  try {
    return await kind.convert(object, apiVersion)
  } catch (error) {
    throw new VersionConversionError(error)
  }
}

/**
 * Picks the fields that a request may own: what it is not allowed to change it does not own either, although its body
 * may say something about it (API-SEMANTICS S09).
 */
export type FieldFilter = (fields: FieldSet) => FieldSet

/** All but these top-level fields: `status` for the main resource of a kind that has the subresource. */
export function allBut(...names: readonly string[]): FieldFilter {
  const reset = fieldSet(...names.map((name) => [fieldElement(name)]))
  return (fields) => differenceBelow(fields, reset)
}

/** `status` and these members of metadata, in order of name: for the subresource. */
export function statusAnd(members: readonly string[]): FieldFilter {
  return (fields) => {
    const metadata = picked(fields[fieldElement('metadata')] ?? noFields, members)
    return {
      ...(isEmptySet(metadata) ? noFields : { [fieldElement('metadata')]: metadata }),
      ...picked(fields, ['status']),
    }
  }
}

function picked(fields: FieldSet, names: readonly string[]): FieldSet {
  const kept: Record<PathElement, FieldSet> = {}
  for (const element of names.map(fieldElement)) {
    const node = fields[element]
    if (node) kept[element] = node
  }
  return kept
}

const metadata = (name: string) => [fieldElement('metadata'), fieldElement(name)]

/** What the server decides, and what names the object: nobody owns it (API-SEMANTICS S04). */
export const identityFields: FieldSet = fieldSet(
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation'].map(metadata),
  ...['managedFields', 'resourceVersion'].map(metadata),
)
