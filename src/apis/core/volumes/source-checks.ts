import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, subdomainErrors } from '../../../meta/names.js'
import { isJsonObject, type JsonObject } from '../../../meta/object.js'
import { checkChoice, checkNoBacksteps, invalidBy } from '../../field-checks.js'

/** Says what is wrong with a source of bytes, beside fields it lacks; `ofCluster`: a PersistentVolume's, not a pod's. */
type CheckSource = (source: JsonObject, path: string, ofCluster: boolean) => FieldError[]

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')
const hostPathTypes = [
  ...['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
]
const [cachingModes, diskKinds] = [
  ['None', 'ReadOnly', 'ReadWrite'],
  ['Dedicated', 'Managed', 'Shared'],
]
const managedDisk = '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}'
const blobDisk = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'
const lunRange = 'must be between 0 and 255, inclusive'
const partitionRange = 'must be between 1 and 255, inclusive'
/** What names of iSCSI's initiators and targets look like, by how they begin. */
const iscsiNames: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
}

/** A secret by its name, and from outside of namespaces by the namespace as well. */
const checkSecret: CheckSource = ({ secretRef }, path, ofCluster) => {
  if (!isJsonObject(secretRef)) return []
  const lacking = (['name', ...(ofCluster ? ['namespace'] : [])] as const).filter((field) => !secretRef[field])
  return lacking.map((field) => fieldError.required(`${path}.secretRef.${field}`))
}

const checkPartition: CheckSource = ({ partition }, path) =>
  typeof partition === 'number' && (partition < 0 || partition > 255)
    ? [fieldError.invalid(`${path}.partition`, partition, partitionRange)]
    : []

const checkHostPath: CheckSource = ({ path: file, type }, path) =>
  file
    ? [
        ...checkNoBacksteps(textOf(file), `${path}.path`),
        ...(typeof type === 'string' ? checkChoice(type, hostPathTypes, `${path}.type`) : []),
      ]
    : []

const checkNfs: CheckSource = ({ path: file }, path) =>
  textOf(file).startsWith('/') ? [] : [fieldError.invalid(`${path}.path`, textOf(file), 'must be an absolute path')]

const checkCsi: CheckSource = (csi, path, ofCluster) => {
  const driver = textOf(csi.driver)
  const found = Buffer.byteLength(driver) > 63 ? [fieldError.tooLong(`${path}.driver`, 63)] : []
  if (driver !== '') found.push(...invalidBy(`${path}.driver`, driver, subdomainErrors(driver.toLowerCase())))
  if (ofCluster) {
    if (!csi.volumeHandle) found.push(fieldError.required(`${path}.volumeHandle`))
    for (const field of [
      ...['controllerPublishSecretRef', 'controllerExpandSecretRef', 'nodePublishSecretRef', 'nodeExpandSecretRef'],
    ]) {
      const secret = csi[field]
      if (!isJsonObject(secret)) continue
      for (const [part, errors] of Object.entries({ name: subdomainErrors, namespace: labelErrors })) {
        const at = `${path}.${field}.${part}`
        if (!secret[part]) found.push(fieldError.required(at))
        else found.push(...invalidBy(at, secret[part], errors(textOf(secret[part]))))
      }
    }
    return found
  }
  const { nodePublishSecretRef: secret } = csi
  if (!isJsonObject(secret)) return found
  if (!secret.name) return [...found, fieldError.required(`${path}.nodePublishSecretRef.name`)]
  return [...found, ...invalidBy(`${path}.name`, secret.name, subdomainErrors(textOf(secret.name)))]
}

const checkIscsi: CheckSource = (iscsi, path, ofCluster) => {
  const { iqn, initiatorName, lun = 0, secretRef } = iscsi
  const found: FieldError[] = []
  const checkName = (name: string, at: string, start: string) => {
    const form = iscsiNames[name.slice(0, 3)]
    if (!form) found.push(fieldError.invalid(at, name, ofCluster ? 'must be valid format' : start))
    else if (!form.test(name)) found.push(fieldError.invalid(at, name, 'must be valid format'))
  }
  const start = 'must be valid format starting with iqn, eui, or naa'
  if (iqn) checkName(textOf(iqn), `${path}.iqn`, start)
  if (Number(lun) < 0 || Number(lun) > 255) found.push(fieldError.invalid(`${path}.lun`, lun, lunRange))
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !secretRef) {
    found.push(fieldError.required(`${path}.secretRef`))
  }
  if (ofCluster && isJsonObject(secretRef) && !secretRef.name) {
    found.push(fieldError.required(`${path}.secretRef.name`))
  }
  if (initiatorName !== undefined) checkName(textOf(initiatorName), `${path}.initiatorname`, start)
  return found
}

const checkFc: CheckSource = ({ targetWWNs, wwids, lun }, path) => {
  const [names, ids] = [targetWWNs, wwids].map((list) => (Array.isArray(list) ? list.length : 0))
  const found: FieldError[] = []
  if (!names && !ids) {
    found.push(fieldError.required(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'))
  }
  if (!names) return found
  if (ids) {
    const why = 'targetWWNs and wwids can not be specified simultaneously'
    found.push(fieldError.invalid(`${path}.targetWWNs`, targetWWNs, why))
  }
  if (lun === undefined) found.push(fieldError.required(`${path}.lun`, 'lun is required if targetWWNs is specified'))
  else if (Number(lun) < 0 || Number(lun) > 255) found.push(fieldError.invalid(`${path}.lun`, lun, lunRange))
  return found
}

const checkFlex: CheckSource = ({ options }, path) =>
  Object.keys(isJsonObject(options) ? options : {})
    .filter((key) => /\.(kubernetes|k8s)\.io$/.test(`.${key.replace(/\/.*$/s, '').toLowerCase()}`))
    .map((key) =>
      fieldError.invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'),
    )

const checkFlocker: CheckSource = ({ datasetName, datasetUUID }, path) => {
  const found: FieldError[] = []
  if (!datasetName && !datasetUUID) {
    found.push(fieldError.required(path, 'one of datasetName and datasetUUID is required'))
  }
  if (datasetName && datasetUUID) {
    const why = 'datasetName and datasetUUID can not be specified simultaneously'
    found.push(fieldError.invalid(path, 'resource', why))
  }
  if (textOf(datasetName).includes('/')) {
    found.push(fieldError.invalid(`${path}.datasetName`, datasetName, "must not contain '/'"))
  }
  return found
}

const checkQuobyte: CheckSource = ({ registry, tenant, volume }, path) => {
  const hosts = 'must be a host:port pair or multiple pairs separated by commas'
  const found: FieldError[] = []
  if (!registry) found.push(fieldError.required(`${path}.registry`, hosts))
  else if (Buffer.byteLength(textOf(tenant)) >= 65) {
    found.push(fieldError.required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'))
  } else {
    for (const pair of textOf(registry).split(',')) {
      if (!/^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(pair)) {
        found.push(fieldError.invalid(`${path}.registry`, registry, hosts))
      }
    }
  }
  return volume ? found : [...found, fieldError.required(`${path}.volume`)]
}

const checkAzureDisk: CheckSource = ({ cachingMode, kind, diskURI }, path) => {
  const uri = textOf(diskURI)
  const found: FieldError[] = []
  if (cachingMode !== undefined) {
    found.push(...checkChoice(textOf(cachingMode), cachingModes, `${path}.cachingMode`))
  }
  if (kind === undefined) return found
  found.push(...checkChoice(textOf(kind), diskKinds, `${path}.kind`))
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', managedDisk] : ['https://', blobDisk]
  return uri.startsWith(start) ? found : [...found, fieldError.notSupported(`${path}.diskURI`, uri, [form])]
}

const checkStorageOs: CheckSource = (source, path, ofCluster) => {
  const { volumeName: name, volumeNamespace: namespace } = source
  return [
    ...(name ? invalidBy(`${path}.volumeName`, name, labelErrors(textOf(name))) : []),
    ...(namespace ? invalidBy(`${path}.volumeNamespace`, namespace, labelErrors(textOf(namespace))) : []),
    ...checkSecret(source, path, ofCluster),
  ]
}

const checkGitRepo: CheckSource = ({ directory }, path) => {
  const into = textOf(directory)
  const found = into.startsWith('/') ? [fieldError.invalid(`${path}.directory`, into, 'must be a relative path')] : []
  return [...found, ...checkNoBacksteps(into, `${path}.directory`)]
}

const checkLocal: CheckSource = ({ path: file }, path) => checkNoBacksteps(textOf(file), `${path}.path`)

/** By the field that the source stands in. */
export const sourceChecks: Readonly<Record<string, CheckSource>> = {
  awsElasticBlockStore: checkPartition,
  azureDisk: checkAzureDisk,
  cinder: checkSecret,
  csi: checkCsi,
  fc: checkFc,
  flexVolume: checkFlex,
  flocker: checkFlocker,
  gcePersistentDisk: checkPartition,
  gitRepo: checkGitRepo,
  hostPath: checkHostPath,
  iscsi: checkIscsi,
  local: checkLocal,
  nfs: checkNfs,
  quobyte: checkQuobyte,
  storageos: checkStorageOs,
}
