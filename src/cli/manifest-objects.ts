import type { CertificatePair } from '../certs/issue.js'

/** What is to run where; certificates are PEM. */
interface Deployed {
  readonly name: string
  readonly namespace: string
  readonly image: string
  readonly apis: readonly string[]
  readonly etcdServers?: readonly string[]
  readonly storage: string
  readonly groupVersions: readonly { readonly group: string; readonly version: string }[]
  readonly serving: CertificatePair
  readonly ca: string
}

const port = 8443
const tlsFolder = '/etc/wukong/tls'

/** In the order they are to be made in. */
export function manifestObjects(deployed: Deployed): object[] {
  const { name, namespace, groupVersions, serving, ca } = deployed
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const metadata = { name, namespace, labels: { 'app.kubernetes.io/name': name } }
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...accessObjects(deployed),
    {
      ...{
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, name: `${name}-tls` },
        type: 'kubernetes.io/tls',
      },
      data: { 'tls.crt': base64(serving.cert), 'tls.key': base64(serving.key) },
    },
    ...volumeClaims(deployed),
    deployment(deployed),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: {
        selector: { 'app.kubernetes.io/name': name },
        ports: [{ name: 'https', port: 443, targetPort: 'https' }],
      },
    },
    ...groupVersions.map(({ group, version }) => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: `${version}.${group}` },
      spec: {
        group,
        version,
        groupPriorityMinimum: 1000,
        versionPriority: 15,
        service: { namespace, name, port: 443 },
        caBundle: base64(ca),
      },
    })),
  ]
}

/** It may ask whose tokens are and who may do what, read whom to believe, and look up namespaces. */
function accessObjects({ name, namespace }: Deployed): object[] {
  const [apiVersion, apiGroup] = ['rbac.authorization.k8s.io/v1', 'rbac.authorization.k8s.io']
  const subjects = [{ kind: 'ServiceAccount', name, namespace }]
  const binding = (kind: string, metadata: object, role: string, roleName: string) => ({
    apiVersion,
    kind,
    metadata,
    roleRef: { apiGroup, kind: role, name: roleName },
    subjects,
  })
  const full = `${namespace}:${name}`
  const rules = [{ apiGroups: [''], resources: ['namespaces'], verbs: ['get'] }]
  const reader = 'extension-apiserver-authentication-reader'
  return [
    binding('ClusterRoleBinding', { name: `${full}:auth-delegator` }, 'ClusterRole', 'system:auth-delegator'),
    binding('RoleBinding', { name: `${full}:authentication-reader`, namespace: 'kube-system' }, 'Role', reader),
    { apiVersion, kind: 'ClusterRole', metadata: { name: full }, rules },
    binding('ClusterRoleBinding', { name: full }, 'ClusterRole', full),
  ]
}

function volumeClaims({ name, namespace, etcdServers, storage }: Deployed): object[] {
  if (etcdServers) return []
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } }
  return [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace }, spec }]
}

function deployment(deployed: Deployed): object {
  const { name, namespace, etcdServers } = deployed
  const labels = { 'app.kubernetes.io/name': name }
  const data = etcdServers ? { emptyDir: {} } : { persistentVolumeClaim: { claimName: name } }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels },
    spec: {
      replicas: etcdServers ? 2 : 1,
      // Two servers can't be at work on one folder.
      ...(etcdServers ? {} : { strategy: { type: 'Recreate' } }),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 1000,
            runAsGroup: 1000,
            fsGroup: 1000,
            seccompProfile: { type: 'RuntimeDefault' },
          },
          containers: [container(deployed)],
          volumes: [
            { name: 'data', ...data },
            { name: 'tls', secret: { secretName: `${name}-tls` } },
          ],
        },
      },
    },
  }
}

function container({ image, apis, etcdServers }: Deployed): object {
  const probe = (path: string) => ({ httpGet: { path, port: 'https', scheme: 'HTTPS' }, periodSeconds: 10 })
  return {
    name: 'apiserver',
    image,
    args: [
      ...['--file-rootpath=/data', '--bind-address=0.0.0.0', `--secure-port=${port}`, '--insecure-port=0'],
      ...apis.map((module) => `--apis=${module}`),
      ...(etcdServers ? ['--backend=etcd', `--etcd-servers=${etcdServers.join()}`] : []),
      ...[`--tls-cert-file=${tlsFolder}/tls.crt`, `--tls-private-key-file=${tlsFolder}/tls.key`],
      // Everybody who is let in comes through the server in front, or is known to it.
      ...['--kubeconfig=in-cluster', '--authn-allow-localhost=false'],
    ],
    ports: [{ name: 'https', containerPort: port }],
    readinessProbe: probe('/readyz'),
    livenessProbe: probe('/livez'),
    startupProbe: { ...probe('/readyz'), periodSeconds: 2, failureThreshold: 60 },
    resources: { requests: { cpu: '50m', memory: '128Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    volumeMounts: [
      { name: 'data', mountPath: '/data' },
      { name: 'tls', mountPath: tlsFolder, readOnly: true },
    ],
  }
}
