import { expect, test } from 'vitest'
import type { KubeObject } from '../../src/meta/object.js'
import { EventRecorder, type EventWriter } from '../../src/work/event-recorder.js'

const subject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u' } }

function recorder(writer: Partial<EventWriter> = {}, now = () => new Date('2026-01-01T00:00:00Z')) {
  const written: KubeObject[] = []
  const counts: number[] = []
  const failures: unknown[] = []
  const all: EventWriter = {
    create: async (_namespace, event) => {
      written.push(event)
    },
    countAgain: async (_namespace, _name, { count }) => {
      counts.push(count)
      return true
    },
    ...writer,
  }
  const events = new EventRecorder(all, 'tester', (error) => failures.push(error), now)
  return { events, written, counts, failures }
}

test('what has no namespace is told of in the default one, in the words of a core/v1 Event', async () => {
  const { events, written } = recorder()
  events.record(subject, 'Warning', 'Late', 'It is late')
  await events.flush()
  expect(written).toEqual([
    {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: expect.stringMatching(/^n\.[0-9a-f]+$/), namespace: 'default' },
      involvedObject: { apiVersion: 'v1', kind: 'Node', name: 'n', uid: 'u' },
      ...{ type: 'Warning', reason: 'Late', message: 'It is late', count: 1 },
      ...{ firstTimestamp: '2026-01-01T00:00:00Z', lastTimestamp: '2026-01-01T00:00:00Z' },
      ...{ source: { component: 'tester' }, reportingComponent: 'tester' },
    },
  ])
})

test('the same again is counted, and written anew once it is gone', async () => {
  const { events, written, counts } = recorder()
  for (let i = 0; i < 3; i++) events.record(subject, 'Normal', 'Same', 'again')
  events.record(subject, 'Normal', 'Other', 'again')
  await events.flush()
  expect([written.length, counts]).toEqual([2, [2, 3]])
  const gone = recorder({ countAgain: async () => false })
  for (let i = 0; i < 2; i++) gone.events.record(subject, 'Normal', 'Same', 'again')
  await gone.events.flush()
  expect(gone.written).toHaveLength(2)
})

test('a flood about one object is cut: 25 at once, then one in five minutes', async () => {
  let now = 0
  const { events, written } = recorder({}, () => new Date(now))
  const tell = async (times: number) => {
    for (let i = 0; i < times; i++) events.record(subject, 'Normal', `R${i}`, String(now))
    await events.flush()
    return written.length
  }
  expect(await tell(30)).toBe(25)
  now += 299_999
  expect(await tell(1)).toBe(25)
  now += 1
  expect(await tell(2)).toBe(26)
  events.record({ ...subject, kind: 'Pod' }, 'Normal', 'R', 'another object')
  await events.flush()
  expect(written).toHaveLength(27)
})

test('what can not be written is told, and what follows is written', async () => {
  let broken = true
  const { events, failures, written } = recorder({
    create: async (_namespace, event) => {
      if (broken) throw new Error('no way')
      written.push(event)
    },
  })
  events.record(subject, 'Normal', 'A', '')
  await events.flush()
  broken = false
  events.record(subject, 'Normal', 'A', '')
  await events.flush()
  expect([failures.map(String), written.length]).toEqual([['Error: no way'], 1])
})
