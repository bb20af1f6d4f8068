import type { JsonObject, KubeObject } from '../meta/object.js'
import type { ComputedVerbs } from '../registry/computed-verbs.js'
import type { ScaleSubresource, Subresources } from '../registry/definition.js'
import type { Strategy } from '../registry/strategy.js'
import type { DefaultsTable } from './type-defaults.js'

/** What is said by hand of one of Kubernetes' own resources; the rest is data. */
export interface BuiltinKind {
  readonly strategy?: Strategy
  readonly scale?: ScaleSubresource
  /** Subresources beside status and scale. */
  readonly subresources?: Pick<Subresources, 'parts' | 'custom'>
  /** There: it is not stored, and only these are served. */
  readonly verbs?: ComputedVerbs
  /** Of this kind's own types; those that kinds share have a table of their own. */
  readonly defaults?: DefaultsTable
  /** What stands in the columns of tables, by the columns' names. */
  readonly cells?: Readonly<Record<string, Cell>>
  /** Refuses what upstream's conversion to its internal type can't read. @throws TypedDecodeError */
  checkDecoded?(object: JsonObject): void
  /** The warning that every request of it gets. */
  readonly deprecation?: string
  /** The object in another of its versions, where they differ. `toVersion` is never the one it has. */
  convert?(object: KubeObject, toVersion: string): KubeObject
}

/** `now` in milliseconds. */
export type Cell = (object: KubeObject, now: number) => unknown
