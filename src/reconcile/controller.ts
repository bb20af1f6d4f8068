import type { PlainLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import type { EventRecorder } from '../work/event-recorder.js'
import type { Informer, InformerOptions, ObjectChange } from './informer.js'
import type { ResourceClient, ResourceRef } from './resource-client.js'

/** One object to look at. */
export interface ReconcileRequest {
  /** Undefined for cluster-scoped objects. */
  readonly namespace?: string
  readonly name: string
}

/** What a reconciler works with. */
export interface ReconcileContext {
  /** Requests of a kind; one client a kind, shared. */
  resources<T extends KubeObject = KubeObject>(ref: ResourceRef): ResourceClient<T>
  /** The copy of a kind that the controller follows (`for`, `owns` or `watches`): read it instead of asking the server. */
  cache<T extends KubeObject = KubeObject>(ref: ResourceRef): Pick<Informer<T>, 'get' | 'list'>
  readonly events: EventRecorder
  readonly log: PlainLog
  /** Aborts when the process stops or loses its lease. */
  readonly signal: AbortSignal
}

/** How a look at an object ended, where it should not wait for the next change. */
export interface ReconcileResult {
  /** Look again after so many milliseconds, whatever happens. */
  readonly requeueAfter?: number
}

/** Whether a change is worth a look. */
export type Predicate<T extends KubeObject = KubeObject> = (change: ObjectChange<T>) => boolean

/** Objects that are neither the controller's nor owned by them, but concern them. */
export interface WatchedResource<T extends KubeObject = KubeObject> {
  readonly resource: ResourceRef
  /** Which objects of `for` a change of this one concerns. */
  requests(object: T, cache: Pick<Informer, 'get' | 'list'>): readonly ReconcileRequest[]
  predicate?(change: ObjectChange<T>): boolean
}

/**
 * Brings the world to what objects of one kind say. `reconcile` is called for each object that is there at the start, and
 * again after every change of it, of what it owns and of what it watches; never twice at a time for one object; after a
 * thrown error again, later each time. It must come to the same end whatever was done before.
 */
export interface Controller<T extends KubeObject = KubeObject> {
  /** Lower case, for logs, metrics and as field manager. */
  readonly name: string
  readonly for: ResourceRef
  readonly owns?: readonly ResourceRef[]
  readonly watches?: readonly WatchedResource[]
  /** Of changes of `for` itself. */
  predicate?(change: ObjectChange<T>): boolean
  /** What is followed of `for`: a namespace, a selection. Default: all. */
  readonly select?: InformerOptions
  /** Objects that are worked on at the same time. Default 1. */
  readonly concurrency?: number
  // biome-ignore lint/suspicious/noConfusingVoidType: most reconcilers end without a word.
  reconcile(request: ReconcileRequest, context: ReconcileContext): Promise<ReconcileResult | void>
}

/** Types a controller; adds nothing. */
export function defineController<T extends KubeObject = KubeObject>(controller: Controller<T>): Controller<T> {
  return controller
}

/** The spec changed, not only status or metadata. */
export const generationChanged: Predicate = ({ object, previous }) =>
  previous === undefined || object.metadata.generation !== previous.metadata.generation
