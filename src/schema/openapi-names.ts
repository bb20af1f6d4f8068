import type { GroupVersionKind } from '../meta/gvk.js'
import type { JsonObject } from '../meta/object.js'

export const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** `com.wukong.restaurant.v1beta1.Pizza`. */
export function customSchemaName({ group, version, kind }: GroupVersionKind): string {
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`
}

export function refTo(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` }
}

/** A reference that has a description of its own: beside $ref nothing else counts. */
export function describedRef(name: string, description: string): JsonObject {
  return { description, allOf: [refTo(name)] }
}

/** `restaurantWukongCom_v1beta1`: operations are grouped by it. */
export function tagOf(group: string, version: string): string {
  const name = group === '' ? 'core' : capitalized(group.replace(/\.k8s\.io$/, ''))
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}_${version}`
}

/** `RestaurantWukongComV1beta1`, as it stands within operation ids. */
export function groupVersionWord(group: string, version: string): string {
  const name = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '')
  return capitalized(name) + capitalized(version)
}

/** Each part, between dots or dashes, with a capital. */
export function capitalized(text: string): string {
  return text
    .split(/[-._]/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}
