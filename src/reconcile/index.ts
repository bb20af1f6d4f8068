/** What a controller imports: `wukong-apiserver/controller`. */
export type { PlainLog } from '../meta/log.js'
export type { KubeObject, ObjectMeta, OwnerReference } from '../meta/object.js'
export { type Status, type StatusCause, type StatusDetails, StatusError } from '../meta/status.js'
export type { EventRecorder, EventSubject } from '../work/event-recorder.js'
export { WorkQueue } from '../work/work-queue.js'
export { Client, type Connection, type RequestOptions } from './client.js'
export { type Condition, setCondition } from './conditions.js'
export {
  type Controller,
  defineController,
  generationChanged,
  type Predicate,
  type ReconcileContext,
  type ReconcileRequest,
  type ReconcileResult,
  type WatchedResource,
} from './controller.js'
export { ControllerManager, type ControllerManagerOptions, type ManagerEnd } from './controller-manager.js'
export { withFinalizer } from './finalizer.js'
export { Informer, type InformerOptions, keyOf, type ObjectChange } from './informer.js'
export { loadConnection } from './kubeconfig.js'
export { defaultLeaderElection, LeaderElection, type LeaderElectionOptions, type Lease } from './leader-election.js'
export type { ControllerMetrics } from './metrics.js'
export { controllerOf, controllerReference } from './owner.js'
export {
  type DeleteRequest,
  type List,
  type ListRequest,
  ResourceClient,
  type ResourceRef,
  type WriteRequest,
} from './resource-client.js'
