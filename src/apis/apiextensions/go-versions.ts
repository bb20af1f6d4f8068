import { goSchema } from '../../schema/go-schema.js'
import type { CustomResourceVersion } from './custom-resource-definition.js'

/**
 * Values as upstream's errors show them: its internal types have no JSON names, so every field is there, in Go's order
 * and under Go's name.
 */
export function goVersions(versions: readonly CustomResourceVersion[]): unknown {
  return versions.map((version) => ({
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: version.schema ? { OpenAPIV3Schema: goSchema(version.schema.openAPIV3Schema) } : null,
    Subresources: goSubresources(version),
    AdditionalPrinterColumns:
      version.additionalPrinterColumns?.map((column) => ({
        Name: column.name,
        Type: column.type,
        Format: column.format ?? '',
        Description: column.description ?? '',
        Priority: column.priority ?? 0,
        JSONPath: column.jsonPath,
      })) ?? null,
    SelectableFields: version.selectableFields?.map(({ jsonPath }) => ({ JSONPath: jsonPath })) ?? null,
  }))
}

function goSubresources({ subresources }: CustomResourceVersion): unknown {
  if (!subresources) return null
  const { status, scale } = subresources
  return {
    Status: status ? {} : null,
    Scale: scale
      ? {
          SpecReplicasPath: scale.specReplicasPath,
          StatusReplicasPath: scale.statusReplicasPath,
          LabelSelectorPath: scale.labelSelectorPath ?? null,
        }
      : null,
  }
}
