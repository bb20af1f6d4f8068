import { describe, expect, it } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { cells } from '../support/builtin.js'

const now = Date.parse('2026-01-01T01:00:00Z')
const pod = (status: JsonObject, spec: JsonObject = {}, metadata: JsonObject = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
  spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec },
  status,
})
const runs = (name: string, more: JsonObject = {}) => ({ name, ready: true, state: { running: {} }, ...more })
const waits = (name: string, reason: string) => ({ name, state: { waiting: { reason } } })
const ended = (name: string, how: JsonObject, more: JsonObject = {}) => ({ name, state: { terminated: how }, ...more })
const last = { lastState: { terminated: { finishedAt: '2026-01-01T00:30:00Z' } } }
const inits = { initContainers: [{ name: 'i' }, { name: 'side', restartPolicy: 'Always' }] }
const ready = [{ type: 'Ready', status: 'True' }]

/** READY, STATUS and RESTARTS, as upstream's printer works them out. */
const rows: readonly (readonly [string, KubeObject, readonly string[]])[] = [
  ['a new pod', pod({ phase: 'Pending' }), ['0/2', 'Pending', '0']],
  ['its reason', pod({ phase: 'Failed', reason: 'Evicted' }), ['0/2', 'Evicted', '0']],
  [
    'gates',
    pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] }),
    ['0/2', 'SchedulingGated', '0'],
  ],
  ['running', pod({ phase: 'Running', containerStatuses: [runs('a'), runs('b')] }), ['2/2', 'Running', '0']],
  [
    'restarts',
    pod({ phase: 'Running', containerStatuses: [runs('a', { restartCount: 2, ...last }), runs('b')] }),
    ['2/2', 'Running', '2 (30m ago)'],
  ],
  [
    'the first container that waits',
    pod({ phase: 'Pending', containerStatuses: [waits('a', 'ErrImagePull'), waits('b', 'ContainerCreating')] }),
    ['0/2', 'ErrImagePull', '0'],
  ],
  [
    'a signal',
    pod({ phase: 'Running', containerStatuses: [ended('a', { signal: 9, exitCode: 137 }), runs('b')] }),
    ['1/2', 'Signal:9', '0'],
  ],
  [
    'completed beside running',
    pod({ phase: 'Running', conditions: ready, containerStatuses: [ended('a', { reason: 'Completed' }), runs('b')] }),
    ['1/2', 'Running', '0'],
  ],
  [
    'completed and not ready',
    pod({ phase: 'Running', containerStatuses: [ended('a', { reason: 'Completed' }), runs('b')] }),
    ['1/2', 'NotReady', '0'],
  ],
  [
    'a failure behind a completion',
    pod({ containerStatuses: [ended('a', { reason: 'Completed' }), ended('b', { reason: 'Error', exitCode: 1 })] }),
    ['0/2', 'Error', '0'],
  ],
  [
    'init containers',
    pod({ phase: 'Pending', initContainerStatuses: [{ name: 'i' }] }, inits),
    ['0/3', 'Init:0/2', '0'],
  ],
  [
    'a failed init container',
    pod({ phase: 'Pending', initContainerStatuses: [ended('i', { exitCode: 3 }, { restartCount: 4 })] }, inits),
    ['0/3', 'Init:ExitCode:3', '4'],
  ],
  [
    'a sidecar',
    pod(
      {
        phase: 'Running',
        initContainerStatuses: [ended('i', { exitCode: 0 }, { restartCount: 4 }), runs('side', { started: true })],
        containerStatuses: [runs('a'), runs('b')],
      },
      inits,
    ),
    ['3/3', 'Running', '0'],
  ],
  ['on its way out', pod({ phase: 'Running' }, {}, { deletionTimestamp: 'x' }), ['0/2', 'Terminating', '0']],
  ['ended', pod({ phase: 'Succeeded' }, {}, { deletionTimestamp: 'x' }), ['0/2', 'Succeeded', '0']],
  ['lost', pod({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp: 'x' }), ['0/2', 'Unknown', '0']],
]

describe('the columns of pods', () => {
  it.each(rows)('show %s', (_, object, expected) => {
    const { Ready, Status, Restarts } = cells('Pod', object, now)
    expect([Ready, Status, Restarts]).toEqual(expected)
  })

  it('show the rest with -o wide', () => {
    const gates = { readinessGates: [{ conditionType: 'x/y' }, { conditionType: 'x/z' }], nodeName: 'n1' }
    const conditions = [{ type: 'x/y', status: 'True' }]
    expect(cells('Pod', pod({ podIPs: [{ ip: '1.2.3.4' }], conditions }, gates), now)).toMatchObject({
      ...{ IP: '1.2.3.4', Node: 'n1', 'Nominated Node': '<none>', 'Readiness Gates': '1/2', Age: '60m' },
    })
  })
})
