/** What a module that adds an API group imports. */
export {
  defineExtension,
  type Extension,
  type ExtensionAnswer,
  type ExtensionContext,
  type ExtensionHandler,
  type ExtensionRequest,
  type ExtensionRouter,
} from '../apiexts/modules/extension.js'
export { type FieldError, type FieldErrorReason, fieldError } from '../meta/field-error.js'
export type { GroupResource } from '../meta/gvk.js'
export type { Log } from '../meta/log.js'
export {
  isJsonObject,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type OwnerReference,
} from '../meta/object.js'
export { errors, type Status, type StatusCause, type StatusDetails, StatusError } from '../meta/status.js'
export type { UserInfo } from '../meta/user.js'
export type { NameRule } from '../meta/validate-object-meta.js'
export type { ComputedCall, ComputedChange, ComputedVerbs } from '../registry/computed-verbs.js'
export type {
  CustomSubresource,
  OtherObjects,
  PrinterColumn,
  RemoveOptions,
  ResourceDefinition,
  ResourceNames,
  ResourceRules,
  ResourceVersion,
  ScaleSubresource,
  SelectableField,
  Settled,
  SubresourceCall,
  SubresourceConnection,
  Subresources,
} from '../registry/definition.js'
export type { GroupRoutes, RouteAnswer, RouteCall } from '../registry/group-definition.js'
export type { CommitEvent, ObjectReader, ObjectUpdate, ReadableKind, Strategy } from '../registry/strategy.js'
export type { StreamedAnswer } from '../registry/streamed-answer.js'
export type { Schema, ValidationRule } from '../schema/schema.js'
export type { Snapshot } from '../server.js'
export { type DefinedResource, defineResource, type ResourceSpec, type VersionSpec } from './define-resource.js'
export { type ApiGroup, defineGroup } from './group.js'
export type { ObjectOf, SchemaLike, ValueOf } from './object-type.js'
export { type Apiserver, type StartApiserverOptions, startApiserver } from './start-apiserver.js'
