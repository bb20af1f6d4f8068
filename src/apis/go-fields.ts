/** Parts of names that Go writes in capitals. */
const initialisms: Readonly<Record<string, string>> = {
  api: 'API',
  aws: 'AWS',
  cel: 'CEL',
  cidr: 'CIDR',
  cpu: 'CPU',
  csi: 'CSI',
  dns: 'DNS',
  fc: 'FC',
  fs: 'FS',
  gce: 'GCE',
  grpc: 'GRPC',
  http: 'HTTP',
  id: 'ID',
  ip: 'IP',
  iscsi: 'ISCSI',
  nfs: 'NFS',
  os: 'OS',
  rbd: 'RBD',
  tcp: 'TCP',
  tls: 'TLS',
  tty: 'TTY',
  uid: 'UID',
  url: 'URL',
}

/** Names with capitals where no word begins. */
const irregular: Readonly<Record<string, string>> = { cephfs: 'CephFS', storageos: 'StorageOS' }

/** A field's name in upstream's internal structs. */
export function goName(name: string): string {
  const known = irregular[name]
  if (known) return known
  // SELinuxOptions are one word.
  if (name.startsWith('seLinux')) return `SEL${name.slice('seL'.length)}`
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ')
  return words.map((word) => initialisms[word.toLowerCase()] ?? word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

const container = [
  ...['name', 'image', 'command', 'args', 'workingDir', 'ports', 'envFrom', 'env', 'resources', 'resizePolicy'],
  ...['restartPolicy', 'restartPolicyRules', 'volumeMounts', 'volumeDevices', 'livenessProbe', 'readinessProbe'],
  ...['startupProbe', 'lifecycle', 'terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy'],
  ...['securityContext', 'stdin', 'stdinOnce', 'tty'],
]

/**
 * The fields of upstream's internal structs, where they are others than the published types', or stand in another order
 * (pkg/apis/core of Kubernetes 1.36).
 */
export const internalFields: Readonly<Record<string, readonly string[]>> = {
  'core.v1.Container': container,
  'core.v1.EphemeralContainerCommon': container,
  'core.v1.PersistentVolumeSource': [
    ...['gcePersistentDisk', 'awsElasticBlockStore', 'hostPath', 'glusterfs', 'nfs', 'rbd', 'quobyte', 'iscsi'],
    ...['flexVolume', 'cinder', 'cephfs', 'fc', 'flocker', 'azureFile', 'vsphereVolume', 'azureDisk'],
    ...['photonPersistentDisk', 'portworxVolume', 'scaleIO', 'local', 'storageos', 'csi'],
  ],
  'core.v1.PodSpec': [
    ...['volumes', 'initContainers', 'containers', 'ephemeralContainers', 'restartPolicy'],
    ...['terminationGracePeriodSeconds', 'activeDeadlineSeconds', 'dnsPolicy', 'nodeSelector', 'serviceAccountName'],
    ...['automountServiceAccountToken', 'nodeName', 'securityContext', 'imagePullSecrets', 'hostname', 'subdomain'],
    ...['setHostnameAsFQDN', 'affinity', 'schedulerName', 'tolerations', 'hostAliases', 'priorityClassName'],
    ...['priority', 'preemptionPolicy', 'dnsConfig', 'readinessGates', 'runtimeClassName', 'overhead'],
    ...['enableServiceLinks', 'topologySpreadConstraints', 'os', 'schedulingGates', 'resourceClaims', 'resources'],
    ...['hostnameOverride', 'schedulingGroup'],
  ],
  'core.v1.PodSecurityContext': [
    ...['seLinuxOptions', 'windowsOptions', 'runAsUser', 'runAsGroup', 'runAsNonRoot', 'supplementalGroups'],
    ...['supplementalGroupsPolicy', 'fsGroup', 'fsGroupChangePolicy', 'sysctls', 'seccompProfile', 'appArmorProfile'],
    'seLinuxChangePolicy',
  ],
  'core.v1.SecurityContext': [
    ...['capabilities', 'privileged', 'seLinuxOptions', 'windowsOptions', 'runAsUser', 'runAsGroup', 'runAsNonRoot'],
    ...['readOnlyRootFilesystem', 'allowPrivilegeEscalation', 'procMount', 'seccompProfile', 'appArmorProfile'],
  ],
  'core.v1.VolumeMount': [
    ...['name', 'readOnly', 'recursiveReadOnly', 'mountPath', 'subPath', 'mountPropagation', 'subPathExpr'],
  ],
  'core.v1.VolumeSource': [
    ...['hostPath', 'emptyDir', 'gcePersistentDisk', 'awsElasticBlockStore', 'gitRepo', 'secret', 'nfs', 'iscsi'],
    ...['glusterfs', 'persistentVolumeClaim', 'rbd', 'quobyte', 'flexVolume', 'cinder', 'cephfs', 'flocker'],
    ...['downwardAPI', 'fc', 'azureFile', 'configMap', 'vsphereVolume', 'azureDisk', 'photonPersistentDisk'],
    ...['projected', 'portworxVolume', 'scaleIO', 'storageos', 'csi', 'ephemeral', 'image'],
  ],
}

/** What the internal struct has in the pod's security context, and the published type in the pod's spec itself. */
export const podHostFields = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const
