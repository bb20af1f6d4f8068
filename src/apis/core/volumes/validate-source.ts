import { type FieldError, fieldError } from '../../../meta/field-error.js'
import type { JsonObject } from '../../../meta/object.js'
import { sourceChecks } from './source-checks.js'

/** Fields that sources of bytes can't do without. */
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ['volumeID'],
  azureDisk: ['diskName', 'diskURI'],
  azureFile: ['secretName', 'shareName'],
  cephfs: ['monitors'],
  cinder: ['volumeID'],
  configMap: ['name'],
  csi: ['driver'],
  flexVolume: ['driver'],
  gcePersistentDisk: ['pdName'],
  gitRepo: ['repository'],
  glusterfs: ['endpoints', 'path'],
  hostPath: ['path'],
  iscsi: ['targetPortal', 'iqn'],
  local: ['path'],
  nfs: ['server', 'path'],
  persistentVolumeClaim: ['claimName'],
  photonPersistentDisk: ['pdID'],
  portworxVolume: ['volumeID'],
  rbd: ['monitors', 'image'],
  scaleIO: ['gateway', 'system', 'volumeName'],
  secret: ['secretName'],
  storageos: ['volumeName'],
  vsphereVolume: ['volumePath'],
}

/** Sources in the order upstream looks for them: the first is the volume, more are one too many. */
const order = [
  ...['emptyDir', 'hostPath', 'gitRepo', 'gcePersistentDisk', 'awsElasticBlockStore', 'secret', 'nfs', 'iscsi'],
  ...['glusterfs', 'flocker', 'persistentVolumeClaim', 'rbd', 'cinder', 'cephfs', 'quobyte', 'downwardAPI', 'fc'],
  ...['flexVolume', 'configMap', 'azureFile', 'vsphereVolume', 'photonPersistentDisk', 'portworxVolume', 'azureDisk'],
  ...['storageos', 'projected', 'scaleIO', 'local', 'csi', 'ephemeral', 'image'],
]
/** Where upstream's errors name a field otherwise than the API does. */
const inErrors: Readonly<Record<string, string>> = { gcePersistentDisk: 'persistentDisk' }
const whenTooMany: Readonly<Record<string, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' }

/** The one source of a volume at `path`, out of the fields that hold one; `check`: what else is wrong with it. */
export function validateOneSource(
  sources: Readonly<Record<string, JsonObject>>,
  path: string,
  ofCluster: boolean,
  check: (kind: string, source: JsonObject, path: string) => FieldError[],
): FieldError[] {
  const kinds = Object.keys(sources).sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const [first, ...more] = kinds
  const source = first === undefined ? undefined : sources[first]
  if (first === undefined || !source) return [fieldError.required(path, 'must specify a volume type')]
  const at = `${path}.${inErrors[first] ?? first}`
  const why = 'may not specify more than 1 volume type'
  return [
    ...lacking(first, source, at),
    ...(sourceChecks[first]?.(source, at, ofCluster) ?? []),
    ...check(first, source, at),
    ...more.flatMap((kind) => {
      // Upstream forgets to count these of PersistentVolumes.
      if (ofCluster && kind === 'flexVolume') return lacking(kind, sources[kind] ?? {}, `${path}.${kind}`)
      return [fieldError.forbidden(`${path}.${whenTooMany[kind] ?? kind}`, why)]
    }),
  ]
}

function lacking(kind: string, source: JsonObject, path: string): FieldError[] {
  const fields = (requiredFields[kind] ?? []).filter((field) => !source[field])
  return fields.map((field) => fieldError.required(`${path}.${field}`))
}
