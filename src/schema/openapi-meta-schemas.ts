import type { JsonObject } from '../meta/object.js'
import { describedRef, metaPackage, refTo } from './openapi-names.js'

function text(description: string): JsonObject {
  return { description, type: 'string' }
}

function flag(description: string): JsonObject {
  return { description, type: 'boolean' }
}

function count(description: string, format: 'int32' | 'int64' = 'int64'): JsonObject {
  return { description, type: 'integer', format }
}

function texts(description: string): JsonObject {
  return { description, type: 'object', additionalProperties: { type: 'string', default: '' } }
}

function object(description: string, properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { description, type: 'object', ...more, properties }
}

const time = (description: string) => describedRef(`${metaPackage}.Time`, description)

/** apiVersion and kind, which every object begins with. */
export function typeProperties(): JsonObject {
  return {
    apiVersion: text('Group and version of the schema this object is written in, such as apps/v1.'),
    kind: text('Kind of the object, in CamelCase.'),
  }
}

/** Schemas of meta/v1 that every group's document refers to, with kube-apiserver's names and extensions. */
export function metaSchemas(group: string, version: string): JsonObject {
  const kindOf = (kind: string, versions: [string, string][]) => ({
    'x-kubernetes-group-version-kind': versions.map(([g, v]) => ({ group: g, kind, version: v })),
  })
  const deletable: [string, string][] =
    group === ''
      ? [['', 'v1']]
      : [
          ['', 'v1'],
          [group, version],
        ]
  return {
    [`${metaPackage}.DeleteOptions`]: { ...deleteOptions(), ...kindOf('DeleteOptions', deletable) },
    [`${metaPackage}.FieldsV1`]: { description: 'A set of fields, as a tree of their names.', type: 'object' },
    [`${metaPackage}.ListMeta`]: listMeta(),
    [`${metaPackage}.ManagedFieldsEntry`]: managedFieldsEntry(),
    [`${metaPackage}.ObjectMeta`]: objectMeta(),
    [`${metaPackage}.OwnerReference`]: ownerReference(),
    [`${metaPackage}.Patch`]: {
      description: 'A change of an object; its media type says how it is written.',
      type: 'object',
    },
    [`${metaPackage}.Preconditions`]: object('What must hold for an operation to be done.', {
      resourceVersion: text('The object is at this version.'),
      uid: text('The object has this UID.'),
    }),
    [`${metaPackage}.Status`]: { ...status(), ...kindOf('Status', [['', 'v1']]) },
    [`${metaPackage}.StatusCause`]: object('One thing that is wrong.', {
      field: text('Path of the field that is wrong, such as spec.toppings[0].name.'),
      message: text('What is wrong, for people.'),
      reason: text('What is wrong, for programs.'),
    }),
    [`${metaPackage}.StatusDetails`]: statusDetails(),
    [`${metaPackage}.Time`]: { description: 'A time as RFC 3339 writes it.', type: 'string', format: 'date-time' },
  }
}

function objectMeta(): JsonObject {
  return object('What every stored object has.', {
    annotations: texts('Data of tools, by key. Not for selecting objects.'),
    creationTimestamp: time('When the object was created. Set by the server.'),
    deletionGracePeriodSeconds: count('Seconds an object that is being deleted may still take. Set by the server.'),
    deletionTimestamp: time('Since when the object is being deleted. Set by the server.'),
    finalizers: {
      description: 'Who must finish before a deleted object goes. Each removes its own entry.',
      type: 'array',
      items: { type: 'string', default: '' },
      'x-kubernetes-list-type': 'set',
      'x-kubernetes-patch-strategy': 'merge',
    },
    generateName: text('Beginning of a name that the server completes, when there is no name.'),
    generation: count('Grows with each change of what is wanted. Set by the server.'),
    labels: texts('Values by key, for selecting objects.'),
    managedFields: {
      description: 'Which manager set which fields. Kept by the server.',
      type: 'array',
      items: { default: {}, ...describedItem('ManagedFieldsEntry') },
      'x-kubernetes-list-type': 'atomic',
    },
    name: text('Unique among the objects of its resource in its namespace. Does not change.'),
    namespace: text('Where the object is; empty for objects of the whole cluster. Does not change.'),
    ownerReferences: {
      description: 'Objects this one depends on: when all are gone, it goes too.',
      type: 'array',
      items: { default: {}, ...describedItem('OwnerReference') },
      'x-kubernetes-list-map-keys': ['uid'],
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-patch-merge-key': 'uid',
      'x-kubernetes-patch-strategy': 'merge',
    },
    resourceVersion: text(
      'Changes with each change of the object. Opaque; an update may name it to be refused if stale.',
    ),
    selfLink: text('Deprecated: never set.'),
    uid: text('Unique in time and space. Set by the server.'),
  })
}

function describedItem(kind: string): JsonObject {
  return { allOf: [refTo(`${metaPackage}.${kind}`)] }
}

function ownerReference(): JsonObject {
  const required = ['apiVersion', 'kind', 'name', 'uid']
  return object(
    'The owner of an object, in the same namespace or of the whole cluster.',
    {
      apiVersion: { ...text('Group and version of the owner.'), default: '' },
      blockOwnerDeletion: flag('An owner that is deleted in the foreground waits for this object.'),
      controller: flag('The owner manages this object; at most one owner does.'),
      kind: { ...text('Kind of the owner.'), default: '' },
      name: { ...text('Name of the owner.'), default: '' },
      uid: { ...text('UID of the owner.'), default: '' },
    },
    { required, 'x-kubernetes-map-type': 'atomic' },
  )
}

function managedFieldsEntry(): JsonObject {
  return object('The fields one manager set by one way of writing.', {
    apiVersion: text('Version of the resource the fields are named in.'),
    fieldsType: text('How fields are named: FieldsV1.'),
    fieldsV1: describedRef(`${metaPackage}.FieldsV1`, 'The fields.'),
    manager: text('Who set them.'),
    operation: text('How: Apply or Update.'),
    subresource: text('The subresource they were set through; empty for the object itself.'),
    time: time('When they were last changed.'),
  })
}

function listMeta(): JsonObject {
  return object('What every list has.', {
    continue: text('Token that asks for the next page; empty on the last one.'),
    remainingItemCount: count('Objects on the pages that follow, where that is known.'),
    resourceVersion: text('Version of the whole list; a watch can start from it.'),
    selfLink: text('Deprecated: never set.'),
  })
}

function deleteOptions(): JsonObject {
  return object('How an object is deleted.', {
    ...typeProperties(),
    dryRun: {
      description: 'With the value All nothing is stored; everything else is done.',
      type: 'array',
      items: { type: 'string', default: '' },
      'x-kubernetes-list-type': 'atomic',
    },
    gracePeriodSeconds: count('Seconds before the object goes; 0 is at once.'),
    orphanDependents: flag('Deprecated: see propagationPolicy.'),
    preconditions: describedRef(`${metaPackage}.Preconditions`, 'What must hold, else the answer is 409 Conflict.'),
    propagationPolicy: text('What becomes of dependents: Orphan, Background or Foreground.'),
  })
}

function status(): JsonObject {
  return object('The answer to a request that has no object as its answer.', {
    ...typeProperties(),
    code: count('The HTTP status code.', 'int32'),
    details: describedRef(`${metaPackage}.StatusDetails`, 'More about the reason.'),
    message: text('What happened, for people.'),
    metadata: { ...describedRef(`${metaPackage}.ListMeta`, 'Metadata as lists have it.'), default: {} },
    reason: text('Why the request failed, for programs.'),
    status: text('Success or Failure.'),
  })
}

function statusDetails(): JsonObject {
  return object('More about the reason of a Status.', {
    causes: {
      description: 'All that is wrong, one by one.',
      type: 'array',
      items: { default: {}, ...describedItem('StatusCause') },
      'x-kubernetes-list-type': 'atomic',
    },
    group: text('Group of the resource.'),
    kind: text('Resource or kind.'),
    name: text('Name of the object.'),
    retryAfterSeconds: count('Seconds after which the request may be sent again.', 'int32'),
    uid: text('UID of the object.'),
  })
}
