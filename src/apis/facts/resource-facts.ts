import { readDataLines } from './data-file.js'

/** What discovery tells of one resource in one version (src/apis/data/resources.jsonl). */
export interface ResourceFacts {
  /** '' for the core group. */
  readonly group: string
  readonly version: string
  readonly name: string
  readonly singular: string
  readonly kind: string
  readonly cluster?: boolean
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  /** Absent: all eight. */
  readonly verbs?: readonly string[]
  readonly subresources?: readonly SubresourceFacts[]
}

export interface SubresourceFacts {
  readonly name: string
  /** Group, version and kind where they are not the resource's own. */
  readonly group?: string
  readonly version?: string
  readonly kind?: string
  /** Absent: get, patch and update. */
  readonly verbs?: readonly string[]
}

let read: readonly ResourceFacts[] | undefined

/** Every resource of Kubernetes' stable versions, in discovery's order. */
export function allResourceFacts(): readonly ResourceFacts[] {
  read ??= readDataLines('resources.jsonl') as ResourceFacts[]
  return read
}
