import { expect, test } from 'vitest'
import { parseControllers } from '../../src/cli/controllers.js'

const known = ['garbage-collector', 'namespace', 'crd']

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
])('%j: %j', (text, running) => expect(parseControllers(text, known)).toEqual(running))

test.each([
  ['ns', ['namespace']],
  ['*,-ns', ['garbage-collector', 'crd']],
  ['ns,-namespace', []],
])('%j with an alias: %j', (text, running) => {
  expect(parseControllers(text, known, { ns: 'namespace' })).toEqual(running)
})

test.each(['nope', '-nope', '*,nope', 'Namespace', '--namespace', '-*'])('%s is refused', (text) => {
  expect(() => parseControllers(text, known)).toThrow(
    /^"[^"]+" is not in the list of known controllers. Known ones: garbage-collector, namespace, crd.$/,
  )
})
