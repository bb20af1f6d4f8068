/* What tests of an API group import: `wukong-apiserver/testing`. It needs the package fast-check. */

import { isDeepStrictEqual } from 'node:util'
import fc, { type Arbitrary } from 'fast-check'
import type { KubeObject } from '../meta/object.js'
import type { ResourceDefinition, ResourceVersion } from '../registry/definition.js'
import { applyDefaults } from '../schema/default.js'
import { validateSchema } from '../schema/validate.js'
import { schemaValues } from './schema-values.js'

/** What is tried, and how often. */
export interface RoundTripOptions {
  /** Versions to begin at. Default: all that are served. */
  readonly versions?: readonly string[]
  /** Objects of each version. Default 100. */
  readonly runs?: number
  /** To see a failure again: what its message names. */
  readonly seed?: number
  /** What is compared of an object, where a way there and back may change something that means the same. */
  readonly normalize?: (object: KubeObject) => unknown
}

/**
 * Makes objects of a version, as they would be stored if its schema and `validate` were all there is, defaults filled in.
 * @throws Error for a version that there is not
 */
export function objectsOf(resource: ResourceDefinition, version: string): Arbitrary<KubeObject> {
  const found = versionOf(resource, version)
  const { kind } = resource.names
  const apiVersion = `${found.group ?? resource.group}/${version}`
  const namespace = resource.scope === 'Namespaced' ? { namespace: 'default' } : {}
  return schemaValues(found.schema)
    .map((value) => {
      const { apiVersion: _a, kind: _k, metadata: _m, ...content } = value as KubeObject
      const object = { apiVersion, kind, metadata: { name: 'x', ...namespace }, ...content } as KubeObject
      applyDefaults(object, found.schema)
      found.setDefaults?.(object)
      return object
    })
    .filter((object) => isValid(resource, found, object))
}

/**
 * Takes objects of each served version to every other one and back: what comes back must be what was taken, and what is
 * seen on the way must be valid there.
 * @throws Error that names the smallest object found that does not come back, and the seed
 */
export async function checkRoundTrips(resource: ResourceDefinition, options: RoundTripOptions = {}): Promise<void> {
  const { runs = 100, seed, normalize = (object) => object } = options
  const served = resource.versions.filter((version) => version.served || version.storage).map(({ name }) => name)
  for (const from of options.versions ?? served) {
    const others = served.filter((name) => name !== from)
    const property = fc.asyncProperty(objectsOf(resource, from), async (object) => {
      for (const to of others) {
        const there = await converted(resource, object, to)
        if (!isValid(resource, versionOf(resource, to), there)) throw new Error(`is not valid in ${to}: ${text(there)}`)
        const back = await converted(resource, there, from)
        const [was, is] = [plain(normalize(plain(object))), plain(normalize(back))]
        if (!isDeepStrictEqual(is, was)) throw new Error(`comes back from ${to} as ${text(is)}, and was ${text(was)}`)
      }
    })
    await fc.assert(property, { numRuns: runs, includeErrorInReport: true, ...(seed === undefined ? {} : { seed }) })
  }
}

/** By way of the storage version, each step on a copy. */
async function converted(resource: ResourceDefinition, object: KubeObject, to: string): Promise<KubeObject> {
  const storage = resource.versions.find((version) => version.storage)?.name ?? to
  let current = object
  for (const target of [storage, to]) {
    const { group = resource.group, schema, setDefaults } = versionOf(resource, target)
    const apiVersion = `${group}/${target}`
    if (current.apiVersion === apiVersion) continue
    const [next] = (await resource.convert?.([structuredClone(current)], target)) ?? []
    current = next ? plain(next) : { ...structuredClone(current), apiVersion }
    applyDefaults(current, schema)
    setDefaults?.(current)
  }
  return current
}

function isValid({ strategy }: ResourceDefinition, { schema }: ResourceVersion, object: KubeObject): boolean {
  return validateSchema(object, schema).length === 0 && (strategy?.validate?.(object) ?? []).length === 0
}

function versionOf({ versions, names }: ResourceDefinition, name: string): ResourceVersion {
  const found = versions.find((version) => version.name === name)
  if (!found) throw new Error(`${names.plural} have no version ${name}`)
  return found
}

const text = (value: unknown) => JSON.stringify(value)

/** As JSON has it: what is undefined is not there. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T
