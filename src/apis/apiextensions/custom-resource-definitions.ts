import type { KubeObject } from '../../meta/object.js'
import { rulesLoading } from '../../schema/rules.js'
import type { Schema } from '../../schema/schema.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { setCondition } from './conditions.js'
import { type CustomResourceDefinition, cleanupFinalizer } from './custom-resource-definition.js'
import { formatWarnings } from './format-warnings.js'
import { validateDefinition } from './validate-definition.js'

/** apiextensions.k8s.io/v1 CustomResourceDefinition (API-SEMANTICS 8.1). What it defines is served by controllers. */
export const customResourceDefinitions: BuiltinKind = {
  defaults: {
    'apiextensions.v1.CustomResourceDefinition': {
      set: (object) => setDefaults(object as unknown as CustomResourceDefinition),
    },
    'apiextensions.v1.ServiceReference': { fields: { port: 443 } },
  },
  strategy: {
    prepareForCreate: (object) => {
      const crd = asDefinition(object)
      // A file may tell the versions that objects are stored in; all else is found out anew.
      const { storedVersions } = crd.status ?? {}
      crd.status = { conditions: null, acceptedNames: { plural: '', kind: '' }, storedVersions: storedVersions ?? null }
      addStorageVersion(crd)
    },
    prepareForUpdate: (object, _old, subresource) => {
      if (subresource !== 'status') addStorageVersion(asDefinition(object))
    },
    prepareForDelete: (object) => {
      const crd = asDefinition(object)
      const { finalizers = [], deletionTimestamp = '' } = crd.metadata
      if (!finalizers.includes(cleanupFinalizer)) crd.metadata.finalizers = [...finalizers, cleanupFinalizer]
      setCondition(crd, deletionPending, deletionTimestamp)
    },
    ready: (object) => {
      const loading = schemasOf(asDefinition(object)).map((schema) => rulesLoading(schema))
      return loading.find((promise) => promise !== undefined)
    },
    validate: (object, update) => validateDefinition(asDefinition(object), update),
    warnings: (object, old) => formatWarnings(asDefinition(object), old && asDefinition(old)),
    // The first deletion only marks: its custom resources go first.
    mayBeRemoved: ({ metadata }) => metadata.deletionTimestamp !== undefined,
  },
}

const deletionPending = {
  type: 'Terminating',
  status: 'True',
  reason: 'InstanceDeletionPending',
  message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
} as const

function schemasOf({ spec }: CustomResourceDefinition): Schema[] {
  return (spec.versions ?? []).flatMap(({ schema }) => schema?.openAPIV3Schema ?? [])
}

function asDefinition(object: KubeObject): CustomResourceDefinition {
  return object as CustomResourceDefinition
}

function setDefaults({ spec, status }: CustomResourceDefinition): void {
  const { plural, singular, shortNames, kind, listKind, ...rest } = spec.names
  spec.names = {
    plural,
    singular: singular || kind.toLowerCase(),
    ...(shortNames ? { shortNames } : {}),
    kind,
    listKind: listKind || (kind && `${kind}List`),
    ...rest,
  }
  spec.conversion ??= { strategy: 'None' }
  const { webhook } = spec.conversion
  if (webhook && !webhook.clientConfig && !webhook.conversionReviewVersions?.length) delete spec.conversion.webhook
  const storage = storageVersion(spec)
  if (!status.storedVersions?.length && storage !== undefined) status.storedVersions = [storage]
}

function storageVersion(spec: CustomResourceDefinition['spec']): string | undefined {
  return spec.versions?.find((version) => version.storage)?.name
}

/** Objects may be stored in that version from now on. */
function addStorageVersion({ spec, status }: CustomResourceDefinition): void {
  const storage = storageVersion(spec)
  if (storage === undefined || status.storedVersions?.includes(storage)) return
  status.storedVersions = [...(status.storedVersions ?? []), storage]
}
