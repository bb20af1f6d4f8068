import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../meta/object.js'
import { parseQuantity } from '../../meta/quantity.js'
import { timestamp } from '../../registry/backend.js'
import { isNegative, isPositive } from '../amounts.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { changedLines } from '../changed-lines.js'
import { checkChoice, checkImmutable, checkSubdomain } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { checkAccessModes, volumeModes } from './claim-spec.js'
import { nodeTermWarnings } from './node-labels.js'
import { validateNodeSelector } from './node-selector.js'
import type { NodeSelector } from './pods/pod-spec.js'
import { shortAccessModes, storageClassOf } from './volume-cells.js'
import { validateOneSource } from './volumes/validate-source.js'
import { sourceWarnings, storageAnnotationWarnings } from './volumes/volume-warnings.js'

interface Spec {
  readonly accessModes?: readonly string[]
  readonly capacity?: Readonly<Record<string, string>>
  readonly persistentVolumeReclaimPolicy?: string
  readonly nodeAffinity?: { readonly required?: NodeSelector }
  readonly storageClassName?: string
  readonly volumeMode?: string
  readonly volumeAttributesClassName?: string
  readonly claimRef?: { readonly namespace?: string; readonly name?: string }
  readonly csi?: JsonObject
  readonly hostPath?: { readonly path?: string }
}

interface Status {
  phase?: string
  reason?: string
  lastPhaseTransitionTime?: string
}

/** All of the spec that does not say where the bytes are. */
const plainFields = new Set([
  ...['accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity', 'persistentVolumeReclaimPolicy'],
  ...['storageClassName', 'volumeAttributesClassName', 'volumeMode'],
])
const reclaimPolicies = ['Delete', 'Recycle', 'Retain']

const specOf = (volume: KubeObject) => (volume.spec ?? {}) as Spec
const statusOf = (volume: KubeObject) => (volume.status ?? {}) as Status

/** core/v1 PersistentVolume. */
export const persistentVolumes: BuiltinKind = {
  defaults: {
    'core.v1.PersistentVolume': {
      set: (volume) => {
        const status = (volume.status ?? {}) as JsonObject
        volume.status = status
        status.phase ||= 'Pending'
      },
    },
    'core.v1.PersistentVolumeSpec': {
      fields: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
    },
  },
  strategy: {
    prepareForCreate: (volume) => noteTransition(volume, undefined),
    prepareForUpdate: noteTransition,
    validate: (volume, update) => (update?.subresource === 'status' ? [] : validateSpec(specOf(volume))),
    validateUpdate: (volume, old, subresource) =>
      // As upstream, which looks at the whole of an update twice, and names each cause as often.
      subresource === 'status' ? [] : [...validateSpec(specOf(volume)), ...validateChange(volume, old)],
    warnings: volumeWarnings,
  },
  cells: {
    Capacity: (volume) => specOf(volume).capacity?.storage ?? '0',
    'Access Modes': (volume) => shortAccessModes(specOf(volume).accessModes ?? []),
    'Reclaim Policy': (volume) => specOf(volume).persistentVolumeReclaimPolicy ?? '',
    Status: (volume) => (volume.metadata.deletionTimestamp ? 'Terminating' : (statusOf(volume).phase ?? '')),
    Claim: (volume) => {
      const { claimRef } = specOf(volume)
      return claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''
    },
    StorageClass: (volume) => storageClassOf(volume),
    VolumeAttributesClass: (volume) => specOf(volume).volumeAttributesClassName ?? '<unset>',
    Reason: (volume) => statusOf(volume).reason ?? '',
    Age: age,
    VolumeMode: (volume) => specOf(volume).volumeMode ?? '<unset>',
  },
}

function volumeWarnings(volume: KubeObject): string[] {
  const { persistentVolumeReclaimPolicy: policy, nodeAffinity } = specOf(volume)
  const terms = nodeAffinity?.required?.nodeSelectorTerms ?? []
  const recycled =
    'The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.'
  return [
    ...storageAnnotationWarnings(volume, true),
    ...(policy === 'Recycle' ? [`spec.persistentVolumeReclaimPolicy: ${recycled}`] : []),
    ...terms.flatMap((term, i) => nodeTermWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`)),
    ...sourceWarnings(sourcesOf(specOf(volume)), 'spec'),
  ]
}

/** When its phase was last another one. */
function noteTransition(volume: KubeObject, old: KubeObject | undefined): void {
  const status = volume.status as Status | undefined
  if (!status) return
  const before = old && statusOf(old)
  if (before?.phase !== status.phase) {
    const isSaid = before && status.lastPhaseTransitionTime !== before.lastPhaseTransitionTime
    if (!isSaid || !status.lastPhaseTransitionTime) status.lastPhaseTransitionTime = timestamp(new Date())
  } else if (before?.lastPhaseTransitionTime) status.lastPhaseTransitionTime ??= before.lastPhaseTransitionTime
}

function sourcesOf(spec: Spec): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries(spec).filter(
      (entry): entry is [string, JsonObject] => !plainFields.has(entry[0]) && isJsonObject(entry[1]),
    ),
  )
}

function validateSpec(spec: Spec): FieldError[] {
  const { accessModes = [], capacity = {}, nodeAffinity, volumeAttributesClassName } = spec
  const found = accessModes.length > 0 ? [] : [fieldError.required('spec.accessModes')]
  found.push(...checkAccessModes(accessModes, 'spec.accessModes'))
  if (Object.keys(capacity).length === 0) found.push(fieldError.required('spec.capacity'))
  if (!Object.hasOwn(capacity, 'storage') || Object.keys(capacity).length > 1) {
    found.push(fieldError.notSupported('spec.capacity', spec.capacity, ['storage']))
  }
  for (const [name, amount] of Object.entries(capacity)) {
    if (isPositive(amount)) continue
    if (isNegative(amount)) {
      const shown = Number(parseQuantity(amount).unscaled)
      found.push(fieldError.invalid(`spec.capacity[${name}]`, shown, 'must be a valid resource quantity'))
    }
    found.push(fieldError.invalid(`spec.capacity[${name}]`, amount, 'must be greater than zero'))
  }
  const policy = spec.persistentVolumeReclaimPolicy || undefined
  found.push(...checkChoice(policy, reclaimPolicies, 'spec.persistentVolumeReclaimPolicy'))
  if (nodeAffinity?.required) found.push(...validateNodeSelector(nodeAffinity.required, 'spec.nodeAffinity.required'))
  else if (nodeAffinity) {
    found.push(fieldError.required('spec.nodeAffinity.required', 'must specify required node constraints'))
  }
  found.push(...validateSource(spec))
  if (spec.hostPath && /^\/+$/.test(spec.hostPath.path ?? '') && policy === 'Recycle') {
    const why = "may not be 'recycle' for a hostPath mount of '/'"
    found.push(fieldError.forbidden('spec.persistentVolumeReclaimPolicy', why))
  }
  found.push(...checkSubdomain(spec.storageClassName, 'spec.storageClassName'))
  found.push(...checkChoice(spec.volumeMode, volumeModes, 'spec.volumeMode'))
  if (volumeAttributesClassName === undefined) return found
  const path = 'spec.volumeAttributesClassName'
  if (volumeAttributesClassName === '') found.push(fieldError.required(path, 'an empty string is disallowed'))
  found.push(...checkSubdomain(volumeAttributesClassName, path))
  if (spec.csi) return found
  return [...found, fieldError.required('spec.csi', 'has to be specified when using volumeAttributesClassName')]
}

function validateSource(spec: Spec): FieldError[] {
  const found = validateOneSource(sourcesOf(spec), 'spec', true, () => [])
  if (!isJsonObject(sourcesOf(spec).local) || spec.nodeAffinity) return found
  return [...found, fieldError.required('spec.nodeAffinity', 'Local volume requires node affinity')]
}

function validateChange(volume: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [specOf(volume), specOf(old)]
  const found: FieldError[] = []
  const sources = (of: Spec) => {
    const all = sourcesOf(of)
    const { csi } = all
    // A secret for growing it may be added later.
    if (!isJsonObject(csi) || before.csi?.controllerExpandSecretRef) return all
    const { controllerExpandSecretRef: _, ...rest } = csi
    return { ...all, csi: rest }
  }
  if (!jsonEquals(sources(spec), sources(before))) {
    const [was, is] = [before, spec].map((one) => goShape(one, 'core.v1.PersistentVolumeSource'))
    const why = `spec.persistentvolumesource is immutable after creation\n${changedLines(was, is)}`
    found.push(fieldError.forbidden('spec.persistentvolumesource', why))
  }
  found.push(...checkImmutable(spec.volumeMode, before.volumeMode, 'volumeMode'))
  if (before.nodeAffinity && !jsonEquals(spec.nodeAffinity, before.nodeAffinity)) {
    const why = 'field is immutable, except for updating from beta label to GA'
    found.push(
      fieldError.invalid(
        'nodeAffinity',
        spec.nodeAffinity && goShape(spec.nodeAffinity, 'core.v1.VolumeNodeAffinity'),
        why,
      ),
    )
  }
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined) {
    const why = 'update from non-nil value to nil is forbidden'
    found.push(fieldError.forbidden('spec.volumeAttributesClassName', why))
  }
  return found
}
