import { describe, expect, it } from 'vitest'
import { isJsonObject, type JsonObject, type KubeObject } from '../../src/meta/object.js'
import { play, type Scenario, shownOwners } from './scenario.js'
import { lists } from './scenarios/lists.js'
import { migration } from './scenarios/migration.js'
import { ownership } from './scenarios/ownership.js'
import { subresources } from './scenarios/subresources.js'
import { values } from './scenarios/values.js'
import { versions } from './scenarios/versions.js'

/** The object without what a scenario does not speak about. */
function content(object: KubeObject | undefined, expected: JsonObject): JsonObject {
  const { apiVersion: _a, kind: _k, metadata, ...rest } = object ?? { metadata: {} }
  if (!isJsonObject(expected.metadata)) return rest
  const { managedFields: _m, ...shown } = metadata
  return { metadata: shown, ...rest }
}

describe.each<[string, readonly Scenario[]]>([
  ['ownership', ownership],
  ['lists', lists],
  ['values', values],
  ['subresources', subresources],
  ['migration', migration],
  ['versions', versions],
])('%s', (_, scenarios) => {
  it.each(scenarios)('$name', async ({ kind, steps, object, owners }) => {
    const last = await play(kind, steps)
    if (object) expect(content(last, object)).toEqual(object)
    if (owners) expect(shownOwners(last)).toEqual(owners)
  })
})
