import { describe } from 'vitest'
import { test as it } from '../support/server-test.js'
import { readCases } from './hand-edits-case.js'
import { markerNamespace, runCase } from './hand-edits-run.js'

const isRoot = process.getuid?.() === 0

const withMarkers = it.extend('marked', { scope: 'file' }, async ({ server }) => {
  const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: markerNamespace } }
  await server.api.post('/api/v1/namespaces', object)
  return server
})

describe.for(['editing', 'refused', 'names', 'server-fields', 'comments'])('hand edits, %s:', (theme) => {
  for (const one of readCases(theme)) {
    withMarkers(one.what, async ({ marked, skip }) => {
      if (one.user === 'not root' && isRoot) skip('does not apply: root may read everything')
      await runCase(marked, one)
    })
  }
})
