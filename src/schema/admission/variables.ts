import * as types from '../cel/type.js'
import { listType, mapType, structType, type Type } from '../cel/type.js'

const { stringType, boolType, intType, timestampType, dynType } = types

function struct(name: string, fields: Readonly<Record<string, Type>>): Type {
  return structType(name, new Map(Object.entries(fields)))
}

const strings = listType(stringType)
const kind = struct('kubernetes.GroupVersionKind', { group: stringType, version: stringType, kind: stringType })
const resource = struct('kubernetes.GroupVersionResource', {
  group: stringType,
  version: stringType,
  resource: stringType,
})
const userInfo = struct('kubernetes.UserInfo', {
  username: stringType,
  uid: stringType,
  groups: strings,
  extra: mapType(stringType, strings),
})
const request = struct('kubernetes.AdmissionRequest', {
  kind,
  resource,
  subResource: stringType,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: stringType,
  name: stringType,
  namespace: stringType,
  operation: stringType,
  userInfo,
  dryRun: boolType,
  options: dynType,
})
const condition = struct('kubernetes.NamespaceCondition', {
  status: stringType,
  type: stringType,
  lastTransitionTime: timestampType,
  message: stringType,
  reason: stringType,
})
const namespaceMetadata = struct('kubernetes.NamespaceMetadata', {
  name: stringType,
  generateName: stringType,
  namespace: stringType,
  labels: mapType(stringType, stringType),
  annotations: mapType(stringType, stringType),
  UID: stringType,
  creationTimestamp: timestampType,
  deletionGracePeriodSeconds: intType,
  deletionTimestamp: timestampType,
  generation: intType,
  resourceVersion: stringType,
  finalizers: strings,
})
const namespace = struct('kubernetes.Namespace', {
  metadata: namespaceMetadata,
  spec: struct('kubernetes.NamespaceSpec', { finalizers: strings }),
  status: struct('kubernetes.NamespaceStatus', { conditions: listType(condition), phase: stringType }),
})

export interface Declared {
  readonly params?: boolean
  readonly authorizer?: boolean
  /** Variables of a policy by their names. */
  readonly variables?: ReadonlyMap<string, Type>
}

/** What expressions of admission may name; the order is that of their values (admissionregistration.k8s.io/v1). */
export function declaredVariables({ params, authorizer, variables }: Declared): ReadonlyMap<string, Type> {
  const declared = new Map<string, Type>([
    ['object', dynType],
    ['oldObject', dynType],
    ['namespaceObject', namespace],
    ['request', request],
  ])
  if (params) declared.set('params', dynType)
  if (authorizer) {
    declared.set('authorizer', structType('kubernetes.authorization.Authorizer'))
    declared.set('authorizer.requestResource', structType('kubernetes.authorization.ResourceCheck'))
  }
  if (variables) declared.set('variables', structType('kubernetes.variables', variables))
  return declared
}
