import type {
  CustomResourceColumn,
  CustomResourceDefinition,
  CustomResourceNames,
  CustomResourceVersion,
} from '../../apis/apiextensions/custom-resource-definition.js'
import { compareVersions } from '../../meta/version-order.js'
import type { CallWebhook } from '../../meta/webhook.js'
import type {
  PrinterColumn,
  ResourceDefinition,
  ResourceVersion,
  Settled,
  Subresources,
} from '../../registry/definition.js'
import { compileJsonPath } from '../../schema/json-path.js'
import { conversionWebhook } from './conversion-webhook.js'
import type { SchemaSource } from './schema-source.js'

/** What a CustomResourceDefinition serves under the names it has been given. Nothing of `crd` itself is kept. */
export function definitionOf(
  crd: CustomResourceDefinition,
  { plural, singular = '', kind, listKind = `${kind}List`, shortNames, categories }: CustomResourceNames,
  schemas: SchemaSource,
  settled: Settled,
  call: CallWebhook,
): ResourceDefinition {
  const { spec } = crd
  const convert = conversionWebhook(crd, call)
  const versions = spec.versions ?? []
  return {
    group: spec.group,
    names: {
      plural,
      singular,
      kind,
      listKind,
      ...(shortNames ? { shortNames } : {}),
      ...(categories ? { categories } : {}),
    },
    rules: { customResource: true },
    settled,
    ...(convert ? { convert } : {}),
    scope: spec.scope === 'Cluster' ? 'Cluster' : 'Namespaced',
    versions: versions.map((version) => versionOf(version, warningOf(version, versions, spec.group, kind), schemas)),
  }
}

function versionOf(
  version: CustomResourceVersion,
  warning: string | undefined,
  schemas: SchemaSource,
): ResourceVersion {
  const { name, served, storage, additionalPrinterColumns = [], selectableFields = [] } = version
  return {
    name,
    served,
    storage,
    get schema() {
      return schemas.schemaOf(name)
    },
    printerColumns: columnsOf(additionalPrinterColumns),
    selectableFields: selectableFields.map(({ jsonPath }) => jsonPath),
    subresources: subresourcesOf(version),
    ...(warning === undefined ? {} : { deprecated: true, deprecationWarning: warning }),
  }
}

/** As upstream, a column whose path can't be read ends the list: it is told by no error when the definition is made. */
function columnsOf(columns: readonly CustomResourceColumn[]): PrinterColumn[] {
  const bad = columns.findIndex(({ jsonPath }) => !isJsonPath(jsonPath))
  return (bad < 0 ? columns : columns.slice(0, bad)) as PrinterColumn[]
}

function isJsonPath(path: string): boolean {
  try {
    compileJsonPath(path)
    return true
  } catch {
    return false
  }
}

function subresourcesOf({ subresources: { status, scale } = {} }: CustomResourceVersion): Subresources {
  return { ...(status ? { status: true } : {}), ...(scale ? { scale } : {}) }
}

/** What every request of a deprecated version is told (R41); a newer version that is served is named. */
function warningOf(
  { name, deprecated, deprecationWarning }: CustomResourceVersion,
  versions: readonly CustomResourceVersion[],
  group: string,
  kind: string,
): string | undefined {
  if (!deprecated) return undefined
  if (deprecationWarning !== undefined) return deprecationWarning
  const [better] = versions
    .filter((other) => other.served && !other.deprecated)
    .map((other) => other.name)
    .filter((other) => compareVersions(other, name) < 0)
    .sort(compareVersions)
  const text = `${group}/${name} ${kind} is deprecated`
  return better === undefined ? text : `${text}; use ${group}/${better} ${kind}`
}
