import { allBut, statusAnd } from '../../../src/apply/managed-kind.js'
import type { JsonObject } from '../../../src/meta/object.js'
import { pizza } from '../kinds.js'
import { merging, type Scenario } from '../scenario.js'

const main = { mayOwn: allBut('status') }
const status = { subresource: 'status', mayOwn: statusAnd([]) }

const applied = (more: JsonObject): JsonObject => ({
  apiVersion: 'restaurant.x.io/v1',
  kind: 'Pizza',
  metadata: { name: 'p', labels: { a: 'b' } },
  ...more,
})

/** What may not be changed through a (sub)resource is not owned through it (API-SEMANTICS S09). */
export const subresources: readonly Scenario[] = [
  {
    name: 'status is not owned through the main resource',
    kind: pizza,
    steps: [{ as: 'm1', ...main, apply: applied({ spec: { size: 'S' }, status: { q: 1 } }) }],
    owners: { 'm1 Apply': ['.metadata.labels.a', '.spec.size'] },
  },
  {
    name: 'nothing but status is owned through /status',
    kind: pizza,
    steps: [
      { as: 'm1', ...main, apply: applied({ spec: { size: 'S' } }) },
      { as: 'm1', ...status, apply: applied({ spec: { size: 'L' }, status: { q: 1 } }) },
    ],
    owners: { 'm1 Apply': ['.metadata.labels.a', '.spec.size'], 'm1 Apply status': ['.status.q'] },
  },
  {
    name: 'a status that the main resource sends takes nothing from its owner',
    kind: pizza,
    steps: [
      { as: 'm1', ...main, update: { metadata: {}, spec: { size: 'S' } } },
      { as: 'c', ...status, update: merging({ status: { q: 1 } }) },
      { as: 'm1', ...main, update: merging({ spec: { size: 'M' }, status: { q: 2 } }) },
    ],
    owners: { 'm1 Update': ['.spec', '.spec.size'], 'c Update status': ['.status', '.status.q'] },
  },
  {
    name: 'a conflict with an owner by subresource says so',
    kind: pizza,
    steps: [
      { as: 'm1', ...main, update: { metadata: {}, spec: { size: 'S' } } },
      { as: 'c', ...status, update: merging({ status: { q: 1 } }) },
      {
        as: 'd',
        ...status,
        apply: applied({ status: { q: 2 } }),
        fails:
          'Apply failed with 1 conflict: conflict with "c" with subresource "status" using restaurant.x.io/v1: .status.q',
      },
    ],
  },
]
