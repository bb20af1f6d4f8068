import { jsonEquals } from '../../meta/json-equal.js'
import type {
  CustomResourceDefinitionSpec,
  CustomResourceValidation,
  CustomResourceVersion,
} from './custom-resource-definition.js'

/** What versions may say each for itself. */
type PerVersion = Pick<CustomResourceVersion, 'subresources' | 'additionalPrinterColumns' | 'selectableFields'> & {
  validation?: CustomResourceValidation
}

/**
 * A spec as upstream looks at it: what all versions say alike stands at the spec itself and no longer at them, and that
 * is where errors point to (API-SEMANTICS R05).
 */
export interface HoistedSpec extends Omit<CustomResourceDefinitionSpec, 'versions'>, PerVersion {
  versions: CustomResourceVersion[]
}

const hoisted = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const

export function hoistSpec(spec: CustomResourceDefinitionSpec): HoistedSpec {
  const versions = (spec.versions ?? []).map((version) => ({ ...version }))
  const result: HoistedSpec = { ...spec, versions }
  const [first] = versions
  if (!first) return result
  for (const name of hoisted) {
    const value = first[name]
    if (!versions.every((version) => jsonEquals(version[name], value))) continue
    for (const version of versions) delete version[name]
    if (value !== undefined) Object.assign(result, { [name === 'schema' ? 'validation' : name]: value })
  }
  return result
}

/** Whether the status subresource is enabled for a version; without one, for any. */
export function statusEnabled(spec: HoistedSpec, version?: CustomResourceVersion): boolean {
  if (spec.subresources?.status !== undefined) return true
  const versions = version ? [version] : spec.versions
  return versions.some(({ subresources }) => subresources?.status !== undefined)
}
