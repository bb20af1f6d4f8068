import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { dns1035LabelErrors, subdomainErrors } from '../../meta/names.js'
import type { Schema } from '../../schema/schema.js'
import { unsupportedKeyword } from '../../schema/structural-unsupported.js'
import { schemaHas } from '../../schema/subschemas.js'
import { invalidBy } from '../field-checks.js'
import type { CustomResourceDefinition, CustomResourceVersion } from './custom-resource-definition.js'
import { type HoistedSpec, hoistSpec, statusEnabled } from './hoisted-spec.js'
import { checkConversion } from './validate-conversion.js'
import { checkNames, checkNamesGiven, joined } from './validate-names.js'
import { checkSchema } from './validate-schema.js'
import { checkSelectableFields } from './validate-selectable-fields.js'
import { checkColumn, checkDeprecation, checkSubresources } from './validate-version.js'
import { checkVersionList } from './validate-version-list.js'

/** What is wrong with a definition's spec; `old` is what it takes the place of (API-SEMANTICS R05, R06, R10, R11). */
export function checkSpec(crd: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  const spec = hoistSpec(crd.spec)
  const before = old && hoistSpec(old.spec)
  return [
    ...checkGroup(spec.group),
    ...checkScope(spec.scope),
    ...checkSchemasGiven(spec),
    ...spec.versions.flatMap((version, i) => checkVersion(version, `spec.versions[${i}]`, spec, before)),
    ...checkVersionList(crd.spec.versions && spec.versions),
    ...checkFirstVersion(spec),
    ...checkDefaultsKept(spec),
    ...checkNamesGiven(spec.names, 'spec.names'),
    ...checkNames(spec.names, 'spec.names'),
    ...checkCommon(spec, before),
    ...checkConversion(spec.conversion, 'spec.conversion', old),
  ]
}

function checkGroup(group: string): FieldError[] {
  const path = 'spec.group'
  if (group === '') return [fieldError.required(path)]
  const whys = joined(subdomainErrors(group))
  if (whys.length > 0) return invalidBy(path, group, whys)
  return group.includes('.') ? [] : [fieldError.invalid(path, group, 'should be a domain with at least one dot')]
}

function checkScope(scope: string): FieldError[] {
  const scopes = ['Cluster', 'Namespaced']
  if (scope === '') return [fieldError.required('spec.scope')]
  return scopes.includes(scope) ? [] : [fieldError.notSupported('spec.scope', scope, scopes)]
}

/** Upstream keeps the name of the first version beside the others, and looks at it there as well. */
function checkFirstVersion({ versions: [first] }: HoistedSpec): FieldError[] {
  return first?.name ? invalidBy('spec.version', first.name, joined(dns1035LabelErrors(first.name))) : []
}

function checkDefaultsKept({ preserveUnknownFields, validation, versions }: HoistedSpec): FieldError[] {
  if (!preserveUnknownFields) return []
  const schemas = [validation, ...versions.map(({ schema }) => schema)].map((v) => v?.openAPIV3Schema)
  const hasDefault = (schema: Schema) => schema.default !== undefined && schema.default !== null
  if (!schemas.some((schema) => schema && schemaHas(schema, hasDefault))) return []
  const why = 'must be false in order to use defaults in the schema'
  return [fieldError.invalid('spec.preserveUnknownFields', true, why)]
}

function checkSchemasGiven({ validation, versions }: HoistedSpec): FieldError[] {
  if (validation?.openAPIV3Schema) return []
  return versions.flatMap(({ schema }, i) =>
    schema?.openAPIV3Schema ? [] : [fieldError.required(`spec.versions[${i}].schema.openAPIV3Schema`)],
  )
}

/** What a version says that not all say alike. */
function checkVersion(
  version: CustomResourceVersion,
  path: string,
  spec: HoistedSpec,
  before: HoistedSpec | undefined,
): FieldError[] {
  const { name, schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version
  const old = before?.versions.find((other) => other.name === name)
  const status = statusEnabled(spec, version)
  const sameStatus = before && old && statusEnabled(before, old) === status
  const withoutSchema = 'may only be set when `version.schema.openAPIV3Schema` is not included'
  return [
    ...invalidBy(`${path}.name`, name, joined(dns1035LabelErrors(name))),
    ...checkDeprecation(version, path),
    ...checkSchema(schema, sameStatus ? old.schema : undefined, { path: `${path}.schema`, status }),
    ...checkSubresources(subresources, `${path}.subresources`),
    ...additionalPrinterColumns.flatMap((c, i) => checkColumn(c, `${path}.additionalPrinterColumns[${i}]`)),
    ...(selectableFields.length === 0
      ? []
      : schema?.openAPIV3Schema
        ? [
            ...checkReadable(schema.openAPIV3Schema, path),
            ...checkSelectableFields(
              selectableFields,
              schema.openAPIV3Schema,
              `${path}.selectableFields`,
              jsonEquals(old?.selectableFields, selectableFields),
            ),
          ]
        : [fieldError.invalid(`${path}.selectableFields`, '', withoutSchema)]),
  ]
}

/** Fields are looked for in a schema that is structural: upstream tells once more when it can't be read as such. */
function checkReadable(schema: Schema | undefined, path: string): FieldError[] {
  const unsupported = schema && unsupportedKeyword(schema)
  return unsupported === undefined ? [] : [fieldError.invalid(`${path}.schema.openAPIV3Schema`, '', unsupported)]
}

/** What all versions say alike. */
function checkCommon(spec: HoistedSpec, before: HoistedSpec | undefined): FieldError[] {
  const { validation, subresources, additionalPrinterColumns = [], selectableFields = [] } = spec
  const status = statusEnabled(spec)
  const sameStatus = before && statusEnabled(before) === status
  return [
    ...checkSchema(validation, sameStatus ? before.validation : undefined, { path: 'spec.validation', status }),
    ...checkSubresources(subresources, 'spec.subresources'),
    ...additionalPrinterColumns.flatMap((c, i) => checkColumn(c, `spec.additionalPrinterColumns[${i}]`)),
    ...(selectableFields.length === 0
      ? []
      : validation
        ? [
            ...checkReadable(validation.openAPIV3Schema, 'spec'),
            ...checkSelectableFields(
              selectableFields,
              validation.openAPIV3Schema,
              'spec.selectableFields',
              jsonEquals(before?.selectableFields, selectableFields),
            ),
          ]
        : [fieldError.invalid('spec.selectableFields', '', 'may only be set when validations.schema is included')]),
  ]
}
