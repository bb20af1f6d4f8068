import { expect, test } from 'vitest'
import { parseControllers } from '../../src/cli/controller-choice.js'

const known = ['garbage-collector', 'namespace', 'crd']
const controllers = { byDefault: known, onDemand: ['job'], aliases: { ns: 'namespace' } }

test.each([
  ['*', known],
  ['', []],
  ['namespace', ['namespace']],
  ['namespace,crd', ['namespace', 'crd']],
  ['crd, namespace', ['namespace', 'crd']],
  ['*,-namespace', ['garbage-collector', 'crd']],
  ['-namespace,*', ['garbage-collector', 'crd']],
  ['-namespace', []],
  ['namespace,-namespace', []],
])('%j: %j', (text, running) => expect(parseControllers(text, controllers).on).toEqual(running))

test.each([
  ['ns', ['namespace']],
  ['*,-ns', ['garbage-collector', 'crd']],
  ['ns,-namespace', []],
])('%j with an alias: %j', (text, running) => {
  expect(parseControllers(text, controllers).on).toEqual(running)
})

test.each(['nope', '-nope', '*,nope', 'Namespace', '--namespace', '-*'])('%s is refused', (text) => {
  expect(() => parseControllers(text, controllers)).toThrow(
    /^"[^"]+" is not in the list of known controllers. Known ones: garbage-collector, namespace, crd, job.$/,
  )
})

test('one that is off by default runs when it is named; off is remembered', () => {
  expect(parseControllers('*,job', controllers)).toEqual({ on: [...known, 'job'], off: [] })
  expect(parseControllers('*,-job,-ns', controllers)).toEqual({
    on: ['garbage-collector', 'crd'],
    off: ['namespace', 'job'],
  })
})
