import type { KubeObject } from '../meta/object.js'
import type { ScaleSubresource, Strategy } from '../registry/definition.js'
import type { DefaultsTable } from './type-defaults.js'

/** What is said by hand of one of Kubernetes' own resources; the rest is data. */
export interface BuiltinKind {
  readonly strategy?: Strategy
  readonly scale?: ScaleSubresource
  /** Of this kind's own types; those that kinds share have a table of their own. */
  readonly defaults?: DefaultsTable
  /** What stands in the columns of tables, by the columns' names. */
  readonly cells?: Readonly<Record<string, Cell>>
}

/** `now` in milliseconds. */
export type Cell = (object: KubeObject, now: number) => unknown
