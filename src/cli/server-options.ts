import { join, resolve } from 'node:path'
import { simulatedControllerNames } from '../controllers/names.js'
import type { Log } from '../meta/log.js'
import {
  defaultIssuer,
  type ListenAddress,
  type ServerOptions,
  usualIdentityHeaders as usual,
} from '../server-options.js'
import type { EtcdLocation } from '../store/etcd/open-etcd-store.js'
import type { ServeFlags } from './flags.js'
import { packageVersion } from './package-folder.js'

interface Surroundings {
  /** What relative paths begin at. */
  readonly folder: string
  readonly groups: ServerOptions['groups']
  readonly extensions: ServerOptions['extensions']
  readonly log: Log
}

/** What is wrong with flags that are each well-formed; undefined: nothing. */
export function flagConflict(flags: ServeFlags): string | undefined {
  const { insecurePort, securePort, tlsCertFile, tlsPrivateKeyFile } = flags
  const ofEtcd = etcdConflict(flags)
  if (ofEtcd !== undefined) return ofEtcd
  if (insecurePort === 0 && securePort === 0)
    return '--insecure-port and --secure-port are both 0: nothing to listen on'
  if (insecurePort === securePort && flags.insecureBindAddress === flags.bindAddress) {
    return `--insecure-port and --secure-port are both ${securePort}`
  }
  if (!flags.auditPolicyFile !== !flags.auditLogPath) {
    return '--audit-policy-file and --audit-log-path need each other: what is noted, and where'
  }
  if (!tlsCertFile !== !tlsPrivateKeyFile) {
    const [given, missing] = tlsCertFile ? ['cert-file', 'private-key-file'] : ['private-key-file', 'cert-file']
    return `--tls-${given} needs --tls-${missing} beside it`
  }
  if (!flags.proxyClientCertFile !== !flags.proxyClientKeyFile) {
    return '--proxy-client-cert-file and --proxy-client-key-file need each other'
  }
  return undefined
}

function etcdConflict(flags: ServeFlags): string | undefined {
  const { backend, etcdServers = [], etcdCafile, etcdCertfile, etcdKeyfile } = flags
  if (backend !== 'etcd') return etcdServers.length > 0 ? '--etcd-servers is for --backend=etcd' : undefined
  if (etcdServers.length === 0) return '--backend=etcd needs --etcd-servers: where etcd is'
  const files = { 'etcd-cafile': etcdCafile, 'etcd-certfile': etcdCertfile, 'etcd-keyfile': etcdKeyfile }
  const given = Object.entries(files).find(([, path]) => path)
  if (given && !etcdServers[0]?.startsWith('https:')) return `--${given[0]} is for --etcd-servers that are https`
  if (!etcdCertfile === !etcdKeyfile) return undefined
  return etcdCertfile
    ? '--etcd-certfile needs --etcd-keyfile beside it'
    : '--etcd-keyfile needs --etcd-certfile beside it'
}

function etcdLocation(flags: ServeFlags, absolute: (path: string | undefined) => string | undefined): EtcdLocation {
  return {
    servers: flags.etcdServers ?? [],
    prefix: flags.etcdPrefix,
    caFile: absolute(flags.etcdCafile),
    certFile: absolute(flags.etcdCertfile),
    keyFile: absolute(flags.etcdKeyfile),
  }
}

export function serverOptions(flags: ServeFlags, { folder, groups, extensions, log }: Surroundings): ServerOptions {
  const absolute = (path: string | undefined) => (path ? resolve(folder, path) : undefined)
  const listen = (address: string, port: number): ListenAddress | undefined =>
    port === 0 ? undefined : { address, port }
  const fileRootpath = resolve(folder, flags.fileRootpath)
  return {
    backend: flags.backend,
    fileRootpath,
    etcd: flags.backend === 'etcd' ? etcdLocation(flags, absolute) : undefined,
    etcdCompactionInterval: flags.etcdCompactionInterval,
    watchFiles: flags.watchFiles,
    watchHistory: flags.watchHistory,
    insecure: listen(flags.insecureBindAddress, flags.insecurePort),
    secure: listen(flags.bindAddress, flags.securePort),
    certDir: absolute(flags.certDir) ?? join(fileRootpath, 'cert'),
    tlsCertFile: absolute(flags.tlsCertFile),
    tlsPrivateKeyFile: absolute(flags.tlsPrivateKeyFile),
    clientCaFile: absolute(flags.clientCaFile),
    tlsMinVersion: flags.tlsMinVersion === 'VersionTLS13' ? 'TLSv1.3' : 'TLSv1.2',
    tlsCipherSuites: flags.tlsCipherSuites,
    maxStreams: flags.http2MaxStreamsPerConnection,
    tokenAuthFile: absolute(flags.tokenAuthFile),
    anonymousAuth: flags.anonymousAuth,
    serviceAccountIssuers: flags.serviceAccountIssuer?.length ? flags.serviceAccountIssuer : [defaultIssuer],
    serviceAccountSigningKeyFile: absolute(flags.serviceAccountSigningKeyFile),
    serviceAccountKeyFiles: (flags.serviceAccountKeyFile ?? []).map((path) => resolve(folder, path)),
    apiAudiences: flags.apiAudiences ?? [],
    requestHeader: requestHeader(flags, absolute(flags.requestheaderClientCaFile)),
    proxyClient: proxyClient(absolute(flags.proxyClientCertFile), absolute(flags.proxyClientKeyFile)),
    delegation: delegation(flags, absolute),
    authorizationModes: flags.authorizationMode,
    authnAllowLocalhost: flags.authnAllowLocalhost,
    audit: auditOptions(flags, absolute),
    kubectl: flags.kubectlDisabled ? 'disabled' : flags.kubectlEphemeralToken ? 'ephemeral' : 'allowed',
    kubectlEphemeralDuration: flags.kubectlEphemeralDuration,
    requestTimeout: flags.requestTimeout,
    maxRequestsInflight: flags.maxRequestsInflight,
    maxMutatingRequestsInflight: flags.maxMutatingRequestsInflight,
    maxWatchesPerUser: flags.maxWatchesPerUser,
    profiling: flags.profiling,
    unrestrictedUpdate: flags.unrestrictedUpdate,
    serviceClusterIpRange: flags.serviceClusterIpRange,
    serviceNodePortRange: flags.serviceNodePortRange,
    eventTtl: flags.eventTtl,
    controllers: running(flags),
    groups,
    extensions,
    crds: (flags.crds ?? []).map((path) => resolve(folder, path)),
    apiextUrl: flags.apiextUrl,
    version: packageVersion(),
    log,
  }
}

function requestHeader(flags: ServeFlags, clientCaFile: string | undefined): ServerOptions['requestHeader'] {
  if (clientCaFile === undefined) return undefined
  return {
    clientCaFile,
    allowedNames: flags.requestheaderAllowedNames ?? [],
    usernameHeaders: flags.requestheaderUsernameHeaders ?? usual.usernameHeaders,
    uidHeaders: flags.requestheaderUidHeaders ?? usual.uidHeaders,
    groupHeaders: flags.requestheaderGroupHeaders ?? usual.groupHeaders,
    extraHeaderPrefixes: flags.requestheaderExtraHeadersPrefix ?? usual.extraHeaderPrefixes,
  }
}

function proxyClient(certFile: string | undefined, keyFile: string | undefined): ServerOptions['proxyClient'] {
  return certFile && keyFile ? { certFile, keyFile } : undefined
}

function delegation(
  flags: ServeFlags,
  absolute: (path: string | undefined) => string | undefined,
): ServerOptions['delegation'] {
  const place = (path: string | undefined) => (path === 'in-cluster' ? path : absolute(path))
  const authentication = place(flags.authenticationKubeconfig || flags.kubeconfig)
  const authorization = place(flags.authorizationKubeconfig || flags.kubeconfig)
  if (!authentication && !authorization) return undefined
  const core = place(flags.kubeconfig)
  return { core, authentication, authorization, alwaysAllowPaths: flags.authorizationAlwaysAllowPaths }
}

function running({ controllers: { on, off }, simulateWorkloads }: ServeFlags): readonly string[] {
  return simulateWorkloads ? [...on, ...simulatedControllerNames.filter((name) => !off.includes(name))] : on
}

function auditOptions(
  flags: ServeFlags,
  absolute: (path: string | undefined) => string | undefined,
): ServerOptions['audit'] {
  const policyFile = absolute(flags.auditPolicyFile)
  const path = flags.auditLogPath === '-' ? '-' : absolute(flags.auditLogPath)
  if (policyFile === undefined || path === undefined) return undefined
  const { auditLogMaxsize: maxSize, auditLogMaxage: maxAge, auditLogMaxbackup: maxBackups } = flags
  return { policyFile, path, maxSize, maxAge, maxBackups }
}
