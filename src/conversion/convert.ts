import type { KubeObject } from '../meta/object.js'

/** Converts objects of one kind to a version, in order (ResourceDefinition.convert). */
export type Converter = (objects: KubeObject[], toVersion: string) => KubeObject[] | Promise<KubeObject[]>

export class ConversionFailed extends Error {}

/**
 * Brings `objects` to `toApiVersion`. Those already there stay as they are, the others go through `converter` in one
 * call, or only change their apiVersion when there is none (API-SEMANTICS R40). A converter may change labels and
 * annotations, no other metadata (R42).
 * @throws ConversionFailed when the converter answers with something else than was asked for
 */
export async function convertObjects(
  objects: readonly KubeObject[],
  toApiVersion: string,
  converter: Converter | undefined,
): Promise<KubeObject[]> {
  const others = objects.filter((object) => object.apiVersion !== toApiVersion)
  if (others.length === 0) return [...objects]
  const version = toApiVersion.slice(toApiVersion.lastIndexOf('/') + 1)
  const converted = converter
    ? await converter(others, version)
    : others.map((object) => ({ ...object, apiVersion: toApiVersion }))
  if (converted.length !== others.length) {
    throw new ConversionFailed(`${others.length} objects went into the conversion, ${converted.length} came out`)
  }
  let next = 0
  return objects.map((object) => {
    if (object.apiVersion === toApiVersion) return object
    return withMetadataOf(object, converted[next++], toApiVersion)
  })
}

function withMetadataOf(before: KubeObject, after: KubeObject | undefined, toApiVersion: string): KubeObject {
  if (!after || after.apiVersion !== toApiVersion || after.kind !== before.kind) {
    throw new ConversionFailed(`${before.kind} came out as ${after?.apiVersion} ${after?.kind}, not as ${toApiVersion}`)
  }
  const { labels: _l, annotations: _a, ...metadata } = before.metadata
  const { labels, annotations } = after.metadata ?? {}
  return {
    ...after,
    metadata: { ...metadata, ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) },
  }
}
