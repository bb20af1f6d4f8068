import { generateName } from '../../meta/generate-name.js'
import type { KubeObject } from '../../meta/object.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../../registry/admission.js'
import type { KnownObjects } from '../known-objects.js'
import { isWriteOf, refusal } from '../refuse.js'
import type { Container, Pod } from './pod.js'

interface ServiceAccount extends KubeObject {
  readonly automountServiceAccountToken?: boolean
  readonly imagePullSecrets?: readonly { readonly name?: string }[]
}

/** The account `default` is made soon after its namespace. Milliseconds. */
const defaultAppearsWithin = 1_500
const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount'
const volumePrefix = 'kube-api-access-'

/**
 * ServiceAccount: every pod runs as an account of its namespace, and finds the account's token in a volume
 * (API-SEMANTICS A92). An account that is not there refuses the pod, also where nobody makes the default ones.
 */
export function podServiceAccount(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/pods'),
    async mutate(request) {
      if (request.operation !== 'CREATE' || !isWriteOf(request, '', 'pods')) return
      const { metadata, spec } = request.object as Pod
      if (metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
        if (spec.serviceAccountName) throw refusal(request, 'a mirror pod may not reference service accounts')
        return
      }
      const name = spec.serviceAccountName || 'default'
      const account = await accountOf(known, request, name)
      if (!account) {
        const where = `${request.namespace}/${name}`
        throw refusal(
          request,
          `error looking up service account ${where}: serviceaccount ${JSON.stringify(name)} not found`,
        )
      }
      spec.serviceAccountName = name
      spec.serviceAccount = name
      if (spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true) mountToken(spec)
      const secrets = account.imagePullSecrets ?? []
      if (!spec.imagePullSecrets?.length && secrets.length > 0)
        spec.imagePullSecrets = secrets.map((one) => ({ ...one }))
    },
  }

  async function accountOf(all: KnownObjects, { namespace }: AdmissionRequest, name: string) {
    const get = () => all.get('', 'serviceaccounts', namespace, name) as ServiceAccount | undefined
    if (!get()) await all.fresh()
    if (!get() && name === 'default') {
      await all.appears('', 'serviceaccounts', namespace, name, defaultAppearsWithin)
    }
    return get()
  }
}

function mountToken(spec: Pod['spec']): void {
  const given = spec.volumes?.find(({ name }) => name.startsWith(volumePrefix))?.name
  const name = given ?? generateName(volumePrefix)
  const without = [...(spec.initContainers ?? []), ...spec.containers].filter(
    ({ volumeMounts = [] }) => !volumeMounts.some(({ mountPath }) => mountPath === tokenPath),
  )
  for (const container of without) mount(container, name)
  if (given === undefined && without.length > 0) spec.volumes = [...(spec.volumes ?? []), tokenVolume(name)]
}

function mount(container: Container, name: string): void {
  container.volumeMounts = [...(container.volumeMounts ?? []), { name, readOnly: true, mountPath: tokenPath }]
}

function tokenVolume(name: string) {
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  }
}
