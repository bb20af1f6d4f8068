import type { JsonObject } from '../../../meta/object.js'
import type { DefaultsTable } from '../../type-defaults.js'
import { imageTag } from './image-name.js'

const modeDefault = { fields: { defaultMode: 0o644 } }

/** What pods, and templates of pods in any kind, get (API-SEMANTICS B13). */
export const podDefaults: DefaultsTable = {
  'core.v1.PodSpec': {
    fields: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
    off: ['schedulingGroup'],
    set: mirrorServiceAccount,
  },
  'core.v1.Container': { set: setContainerDefaults },
  'core.v1.EphemeralContainerCommon': { set: setContainerDefaults },
  'core.v1.Lifecycle': { off: ['stopSignal'] },
  'core.v1.VolumeProjection': { off: ['clusterTrustBundle', 'podCertificate'] },
  'core.v1.Probe': { fields: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 } },
  'core.v1.HTTPGetAction': { fields: { path: '/', scheme: 'HTTP' } },
  'core.v1.ObjectFieldSelector': { fields: { apiVersion: 'v1' } },
  'core.v1.Volume': { set: setVolumeDefaults },
  'core.v1.SecretVolumeSource': modeDefault,
  'core.v1.ConfigMapVolumeSource': modeDefault,
  'core.v1.DownwardAPIVolumeSource': modeDefault,
  'core.v1.ProjectedVolumeSource': modeDefault,
  'core.v1.ServiceAccountTokenProjection': { fields: { expirationSeconds: 3600 } },
  'core.v1.HostPathVolumeSource': { fields: { type: '' } },
}

/** The older name of the field is kept for clients that read it. */
function mirrorServiceAccount(spec: JsonObject): void {
  const name = spec.serviceAccountName ?? spec.serviceAccount
  if (name === undefined) return
  spec.serviceAccountName = name
  spec.serviceAccount = name
}

function setContainerDefaults(container: JsonObject): void {
  const image = typeof container.image === 'string' ? container.image : ''
  container.terminationMessagePath ??= '/dev/termination-log'
  container.terminationMessagePolicy ??= 'File'
  container.imagePullPolicy ??= imageTag(image) === 'latest' ? 'Always' : 'IfNotPresent'
}

function setVolumeDefaults(volume: JsonObject): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {}
  const image = volume.image as JsonObject | undefined
  if (image) image.pullPolicy ??= imageTag(String(image.reference ?? '')) === 'latest' ? 'Always' : 'IfNotPresent'
}
