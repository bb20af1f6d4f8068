import type { ManagedKind } from '../../../src/apply/managed-kind.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../../src/meta/object.js'
import type { Schema } from '../../../src/schema/schema.js'
import { merging, type Scenario, type Step } from '../scenario.js'

const text: Schema = { type: 'string' }

/** Every version calls its fields after itself: `scalar_v1`, `complex_v1`. */
function schemaAt(version: string): Schema {
  const complex: Schema = { type: 'object', properties: { name: text } }
  const properties = { name: text, [`scalar_${version}`]: text, [`complex_${version}`]: complex }
  return { type: 'object', properties: { spec: { type: 'object', properties } } }
}

const schemas = new Map(['v1', 'v2', 'v3'].map((version) => [version, schemaAt(version)]))

function renamed(object: KubeObject, version: string): KubeObject {
  const { spec, ...rest } = object
  if (!isJsonObject(spec)) return { ...object, apiVersion: version }
  const fields = Object.entries(spec).map(([name, value]) => [name.replace(/_v\d$/, `_${version}`), value])
  return { ...rest, apiVersion: version, metadata: rest.metadata, kind: rest.kind, spec: Object.fromEntries(fields) }
}

const kind: ManagedKind = {
  kind: 'Thing',
  apiVersion: 'v1',
  schemaOf: (version) => schemas.get(version),
  convert: (object, version) => Promise.resolve(renamed(object, version)),
}

const applied = (apiVersion: string, spec: JsonObject): JsonObject => ({
  apiVersion,
  kind: 'Thing',
  metadata: {},
  spec,
})

const apply = (as: string, apiVersion: string, spec: JsonObject): Step => ({
  as,
  apiVersion,
  apply: applied(apiVersion, spec),
})

/** What the object becomes between two requests in other versions. */
const inVersion = (apiVersion: string): Step => ({
  as: 'nobody',
  apiVersion,
  update: (object) => renamed(object, apiVersion),
})

/** Fields owned in several versions (API-SEMANTICS S14). The harness hands the object over converted. */
export const versions: readonly Scenario[] = [
  {
    name: 'an applier changes the version and gives a renamed field up',
    kind,
    steps: [apply('m1', 'v1', { name: 'a', scalar_v1: 'a' }), apply('m1', 'v2', { name: 'a' })],
    object: { spec: { name: 'a' } },
    owners: { 'm1 Apply': ['.spec.name'] },
  },
  {
    name: 'a field given up in one version stays for who owns it in another',
    kind,
    steps: [
      apply('m1', 'v1', { name: 'a', scalar_v1: 'a', complex_v1: { name: 'c' } }),
      apply('m2', 'v2', { scalar_v2: 'a', complex_v2: { name: 'c' } }),
      apply('m1', 'v3', { name: 'a' }),
    ],
    object: { spec: { name: 'a', scalar_v3: 'a', complex_v3: { name: 'c' } } },
    owners: { 'm1 Apply': ['.spec.name'], 'm2 Apply': ['.spec.scalar_v2', '.spec.complex_v2.name'] },
  },
  {
    name: 'an update in one version takes from an applier in another',
    kind,
    steps: [
      apply('m1', 'v1', { name: 'a', scalar_v1: 'a' }),
      { as: 'u', apiVersion: 'v2', update: merging({ spec: { scalar_v2: 'b' } }) },
    ],
    object: { spec: { name: 'a', scalar_v2: 'b' } },
    owners: { 'm1 Apply': ['.spec.name'], 'u Update': ['.spec.scalar_v2'] },
  },
  {
    name: 'a conflict is told in the owner’s words',
    kind,
    steps: [
      apply('m1', 'v1', { scalar_v1: 'a' }),
      {
        ...apply('m2', 'v3', { scalar_v3: 'b' }),
        fails: 'Apply failed with 1 conflict: conflict with "m1": .spec.scalar_v1',
      },
    ],
  },
  {
    name: 'what was owned in a version that is gone is forgotten',
    kind,
    steps: [
      apply('m1', 'v1', { scalar_v1: 'a' }),
      inVersion('v2'),
      {
        as: 'u',
        apiVersion: 'v2',
        update: (object) => ({
          ...object,
          metadata: { managedFields: [{ ...owner, apiVersion: 'v9' }] },
          spec: { name: 'x' },
        }),
      },
    ],
    object: { spec: { name: 'x' } },
    owners: { 'u Update': ['.spec.name'] },
  },
  {
    name: 'two versions of one updater are two owners, of an applier one',
    kind,
    steps: [
      { as: 'u', apiVersion: 'v1', update: { metadata: {}, spec: { name: 'a' } } },
      { as: 'u', apiVersion: 'v2', update: merging({ spec: { scalar_v2: 'b' } }) },
      apply('m1', 'v1', { name: 'a' }),
      apply('m1', 'v3', { name: 'a' }),
    ],
    owners: { 'm1 Apply': ['.spec.name'], 'u Update': ['.spec.scalar_v2'] },
  },
]

const owner: JsonObject = {
  manager: 'x',
  operation: 'Update',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:spec': { 'f:scalar_v9': {} } },
}
