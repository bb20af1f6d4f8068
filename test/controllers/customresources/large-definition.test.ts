import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import type { KubeObject } from '../../../src/meta/object.js'
import { definitionOf, establish } from '../../support/custom-resources.js'
import { created, done } from '../../support/expect-answer.js'
import { testAlone as test } from '../../support/server-test.js'

const group = 'large.io'
const path = `/apis/${group}/v1/namespaces/default/larges`
const [depth, width] = [20, 500]

/** As generated ones are: each level has fields with bounds, defaults, lists and maps, and one that goes deeper. */
function level(left: number): object {
  const field = (i: number) => {
    const description = `What field ${i} is for, and to what it may be set.`
    if (i % 50 === 1) return { type: 'array', items: { type: 'string', maxLength: 10 }, description }
    if (i % 50 === 2) return { type: 'object', additionalProperties: { type: 'integer' }, description }
    return { type: 'string', maxLength: 9, description }
  }
  const fields = Object.fromEntries(Array.from({ length: width - 1 }, (_, i) => [`f${i}`, field(i)]))
  const deeper = left === 1 ? { type: 'string', default: 'deep' } : level(left - 1)
  return { type: 'object', properties: { ...fields, deeper } }
}

const nested = (content: object, levels = depth - 1): object =>
  levels === 0 ? content : { deeper: nested(content, levels - 1) }
const large = (name: string, spec: object) => ({ apiVersion: `${group}/v1`, kind: 'Large', metadata: { name }, spec })
const at = `spec${'.deeper'.repeat(depth - 1)}`
const innermost = ({ spec }: KubeObject) => {
  let value = spec as { deeper?: unknown }
  for (let i = 1; i < depth; i++) value = value.deeper as typeof value
  return value
}
const megabytes = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

test('a definition of 10,000 properties, 20 levels and 700 KB does what small ones do', async ({ api, server }) => {
  const definition = definitionOf('Large', group, level(depth))
  expect(JSON.stringify(definition).length).toBeGreaterThan(700_000)
  await establish(api, definition)
  expect(done(await api.get(`/apis/${group}/v1`))).toMatchObject({ resources: [{ kind: 'Large' }] })
  const document = await api.get(`/openapi/v3/apis/${group}/v1`)
  expect(document.text.length).toBeGreaterThan(700_000)

  const made = created(await api.post(path, large('a', nested({ f0: 'x', f1: ['y'], f2: { z: 1 }, unknown: 1 }))))
  expect(innermost(made)).toEqual({ f0: 'x', f1: ['y'], f2: { z: 1 }, deeper: 'deep' })
  const refused = await api.post(path, large('b', nested({ f0: 'longer than 9', f1: [1], f2: { z: 'z' } })))
  const { details } = refused.json<{ details: { causes: { field: string; message: string }[] } }>()
  expect(details.causes.map(({ field, message }) => `${field}: ${message}`).sort()).toEqual([
    `${at}.f0: Too long: may not be more than 9 bytes`,
    `${at}.f1[0]: Invalid value: "integer": ${at}.f1[0] in body must be of type string: "integer"`,
    `${at}.f2.z: Invalid value: "string": ${at}.f2.z in body must be of type integer: "string"`,
  ])
  const apply = (manager: string, f0: string) =>
    api.request('PATCH', `${path}/c?fieldManager=${manager}`, JSON.stringify(large('c', nested({ f0 }))), {
      'content-type': 'application/apply-patch+yaml',
    })
  created(await apply('one', 'x'))
  expect((await apply('two', 'y')).text).toContain(`conflict with \\"one\\": .${at}.f0`)
  expect(innermost(done(await apply('one', 'z')))).toEqual({ f0: 'z', deeper: 'deep' })
  expect(megabytes(server.pid)).toBeLessThan(400)
})
