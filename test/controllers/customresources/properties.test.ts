import fc from 'fast-check'
import { expect } from 'vitest'
import { stringifyJson } from '../../../src/codec/json.js'
import { objectFor, structuralSchema } from '../../schema/arbitrary.js'
import { definitionOf, definitionsPath, established } from '../../support/custom-resources.js'
import { testAlone as test } from '../../support/server-test.js'

const group = 'random.io'
const [seed, schemas, objects] = [20, 14, 3]

/** Some of the random schemas are refused, and some of the random objects: enough must be left for the test to mean anything. */
const enough = 10

test('what a random schema accepts stays as it is: replaced, applied, as YAML', async ({ api }) => {
  let accepted = 0
  for (const [i, schema] of fc.sample(structuralSchema, { seed, numRuns: schemas }).entries()) {
    const crd = definitionOf(`Random${i}`, group, schema)
    if ((await api.post(definitionsPath, crd)).status !== 201) continue
    await established(api, crd.metadata.name ?? '')
    const path = `/apis/${group}/v1/namespaces/default/random${i}s`
    for (const [n, spec] of fc.sample(objectFor, { seed: seed + i, numRuns: objects }).entries()) {
      const object = { apiVersion: `${group}/v1`, kind: `Random${i}`, metadata: { name: `r${n}` }, spec }
      const json = { 'content-type': 'application/json' }
      const made = await api.request('POST', path, stringifyJson(object), json)
      if (made.status !== 201) continue
      accepted++
      const own = `${path}/r${n}`
      const read = await api.get(own)
      expect(read.text).toBe(made.text)
      const said = `${stringifyJson(schema)} ${stringifyJson(spec)}`
      expect((await api.request('PUT', own, read.text, json)).text, said).toBe(read.text)
      const yaml = await api.get(own, { accept: 'application/yaml' })
      const put = await api.request('PUT', own, yaml.text, { 'content-type': 'application/yaml' })
      expect(put.text, said).toBe(read.text)
      const apply = () =>
        api.request('PATCH', `${own}?fieldManager=again&force=true`, stringifyJson(object), {
          'content-type': 'application/apply-patch+yaml',
        })
      const first = await apply()
      // What the schema does not have can be created without, but not applied.
      if (first.status === 200) expect((await apply()).text, said).toBe(first.text)
    }
  }
  expect(accepted).toBeGreaterThan(enough)
})
