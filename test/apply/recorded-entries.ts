import { readFileSync } from 'node:fs'
import type { KubeObject, ManagedFieldsEntry } from '../../src/meta/object.js'

interface Recorded {
  readonly id: number
  readonly name?: string
  readonly what: string
  readonly managedFields: readonly (Omit<ManagedFieldsEntry, 'time'> & { timeless?: true })[]
}

/** What kube-apiserver 1.36 answered, by the id of the recorded request; without times, but for whether there is one. */
const recorded = new Map(
  readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
    .map((answer) => [answer.name === 'p1' ? `${answer.id} p1` : `${answer.id}`, answer]),
)

/** An object's managedFields in the same form. */
export function shownEntries(object: KubeObject | undefined): unknown {
  return (object?.metadata.managedFields ?? []).map(({ time, ...entry }) =>
    time === undefined ? { ...entry, timeless: true } : entry,
  )
}

export function recordedEntries(id: string): unknown {
  return recorded.get(id)?.managedFields
}
