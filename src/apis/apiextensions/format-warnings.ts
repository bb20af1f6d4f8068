import type { Schema } from '../../schema/schema.js'
import { schemaHas } from '../../schema/subschemas.js'
import { isEnforcedFormat } from '../../schema/validate-type.js'
import type { CustomResourceDefinition } from './custom-resource-definition.js'

/** A format that nothing enforces is allowed, and most often a mistake: those that are new are warned of. */
export function formatWarnings(crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): string[] {
  const known = old ? ignoredFormats(old) : new Set<string>()
  return [...ignoredFormats(crd)]
    .filter((format) => !known.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`)
}

function ignoredFormats({ spec }: CustomResourceDefinition): Set<string> {
  const found = new Set<string>()
  const note = ({ type, format = '' }: Schema) => {
    if (format !== '' && !isEnforcedFormat(type ?? '', format)) found.add(format)
    return false
  }
  for (const { schema } of spec.versions ?? []) if (schema?.openAPIV3Schema) schemaHas(schema.openAPIV3Schema, note)
  return found
}
