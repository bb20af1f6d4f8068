import type { Extension } from './apiexts/modules/extension.js'
import type { Log } from './meta/log.js'
import { type NumberRange, parseIpRange, parsePortRange } from './meta/number-range.js'
import type { GroupDefinition } from './registry/group-definition.js'
import type { EtcdLocation } from './store/etcd/open-etcd-store.js'

/** What a server is made of; src/cli reads it off the flags. Times are milliseconds. */
export interface ServerOptions {
  readonly backend: 'file' | 'memory' | 'etcd'
  /** Absolute. Holds certificates only when the backend is not `file`. */
  readonly fileRootpath: string
  /** Where objects are when the backend is `etcd`. */
  readonly etcd: EtcdLocation | undefined
  /** How often etcd is made to forget what is older than that; 0: never. */
  readonly etcdCompactionInterval: number
  /** Off: edits by hand are seen at the next start only. */
  readonly watchFiles: boolean
  /** Changes that watches and lists can go back to; undefined: 10,000, and all of the last five minutes. */
  readonly watchHistory: number | undefined
  /** Plain HTTP; port 0 takes a free one; undefined: not served. */
  readonly insecure: ListenAddress | undefined
  readonly secure: ListenAddress | undefined
  readonly certDir: string
  /** PEM; both or neither; without them a certificate is made in certDir. */
  readonly tlsCertFile: string | undefined
  readonly tlsPrivateKeyFile: string | undefined
  /** PEM; client certificates are checked against it; default: the CA in certDir. */
  readonly clientCaFile: string | undefined
  readonly tlsMinVersion: 'TLSv1.2' | 'TLSv1.3'
  /** IANA names (src/certs/cipher-suites.ts); none: all of them. */
  readonly tlsCipherSuites: readonly string[]
  /** Streams a client may have open on one HTTP/2 connection. */
  readonly maxStreams: number
  readonly tokenAuthFile: string | undefined
  /** Who shows no credentials may be the anonymous user. */
  readonly anonymousAuth: boolean
  /** Whom to believe for whom they ask; undefined: nobody. */
  readonly requestHeader: RequestHeaderOptions | undefined
  /** What this server shows to those that it passes requests on to, PEM files; undefined: one is made in certDir. */
  readonly proxyClient: { readonly certFile: string; readonly keyFile: string } | undefined
  /** A server in front that says whose tokens are and who may do what; undefined: this one decides itself. */
  readonly delegation: DelegationOptions | undefined
  /** Of tokens that the server signs; the first one signs, all are believed. At least one. */
  readonly serviceAccountIssuers: readonly string[]
  /** PEM; default: a key that is made in certDir. */
  readonly serviceAccountSigningKeyFile: string | undefined
  /** PEM; further keys, public or private, whose tokens are good. */
  readonly serviceAccountKeyFiles: readonly string[]
  /** For whom tokens must be; none: the issuers. */
  readonly apiAudiences: readonly string[]
  /** Asked in turn. */
  readonly authorizationModes: readonly AuthorizationMode[]
  readonly authnAllowLocalhost: boolean
  readonly audit: AuditOptions | undefined
  /** Whether kubectl is let in, and with what. */
  readonly kubectl: 'allowed' | 'disabled' | 'ephemeral'
  /** How long a token for it may be good. */
  readonly kubectlEphemeralDuration: number
  readonly requestTimeout: number
  /** Requests at once that change nothing, and that may; 0: as many as come. */
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  /** Watches one user may have; 0: as many as wanted. */
  readonly maxWatchesPerUser: number
  /** `/debug` is served. */
  readonly profiling: boolean
  /** A PUT of the main resource may change status too. */
  readonly unrestrictedUpdate: boolean
  /** Where Services get their addresses and node ports from. */
  readonly serviceClusterIpRange: NumberRange
  readonly serviceNodePortRange: NumberRange
  /** How long Events are kept, milliseconds; 0: for good. */
  readonly eventTtl: number
  /** Names of those that run (src/controllers/names.ts). */
  readonly controllers: readonly string[]
  /** API groups beside Kubernetes' own. */
  readonly groups: readonly GroupDefinition[]
  /** Web APIs below `/wukong`, beside the server's own. */
  readonly extensions: readonly Extension[]
  /** Files and folders whose CustomResourceDefinitions are stored at the start; absolute. */
  readonly crds: readonly string[]
  /** Server that unknown `/wukong/<name>` prefixes are proxied to. */
  readonly apiextUrl: URL | undefined
  /** The package's version. */
  readonly version: string
  readonly log: Log
}

/** A front proxy: who signs its certificate, PEM file, and what it says in which headers. */
export interface RequestHeaderOptions {
  readonly clientCaFile: string
  /** None: any name. */
  readonly allowedNames: readonly string[]
  readonly usernameHeaders: readonly string[]
  readonly uidHeaders: readonly string[]
  readonly groupHeaders: readonly string[]
  readonly extraHeaderPrefixes: readonly string[]
}

/** Paths of kubeconfigs; `in-cluster`: as a pod is given it. */
export interface DelegationOptions {
  /** Of the server whose namespaces are those of this one; undefined: it has its own. */
  readonly core: string | undefined
  readonly authentication: string | undefined
  readonly authorization: string | undefined
  /** What everybody may ask. */
  readonly alwaysAllowPaths: readonly string[]
}

export type AuthorizationMode = 'AlwaysAllow' | 'RBAC'

/** Where and how requests are noted; sizes are megabytes, ages days, 0: no limit. */
export interface AuditOptions {
  readonly policyFile: string
  /** `-`: standard output. */
  readonly path: string
  readonly maxSize: number
  readonly maxAge: number
  readonly maxBackups: number
}

export interface ListenAddress {
  readonly address: string
  readonly port: number
}

/** As upstream's, so that clients of either need to be told nothing. */
export const defaultIssuer = 'https://kubernetes.default.svc.cluster.local'

/** The headers in which kube-apiserver's aggregator says for whom it asks. */
export const usualIdentityHeaders = {
  usernameHeaders: ['X-Remote-User'],
  uidHeaders: ['X-Remote-Uid'],
  groupHeaders: ['X-Remote-Group'],
  extraHeaderPrefixes: ['X-Remote-Extra-'],
} as const satisfies Partial<RequestHeaderOptions>

/** A server that nothing is said of: it listens nowhere, lets nobody in but by certificate, and runs no controllers. */
export const defaultServerOptions = {
  backend: 'file',
  etcd: undefined,
  etcdCompactionInterval: 300_000,
  watchFiles: true,
  watchHistory: undefined,
  insecure: undefined,
  secure: undefined,
  tlsCertFile: undefined,
  tlsPrivateKeyFile: undefined,
  clientCaFile: undefined,
  tlsMinVersion: 'TLSv1.2',
  tlsCipherSuites: [],
  maxStreams: 1_000,
  maxRequestsInflight: 400,
  maxMutatingRequestsInflight: 200,
  maxWatchesPerUser: 10_000,
  profiling: false,
  tokenAuthFile: undefined,
  anonymousAuth: true,
  requestHeader: undefined,
  proxyClient: undefined,
  delegation: undefined,
  serviceAccountIssuers: [defaultIssuer],
  serviceAccountSigningKeyFile: undefined,
  serviceAccountKeyFiles: [],
  apiAudiences: [],
  authorizationModes: ['AlwaysAllow'],
  authnAllowLocalhost: false,
  audit: undefined,
  kubectl: 'allowed',
  kubectlEphemeralDuration: 3_600_000,
  requestTimeout: 60_000,
  unrestrictedUpdate: false,
  serviceClusterIpRange: parseIpRange('10.0.0.0/16') as NumberRange,
  serviceNodePortRange: parsePortRange('30000-32767') as NumberRange,
  eventTtl: 3_600_000,
  controllers: [],
  groups: [],
  extensions: [],
  crds: [],
  apiextUrl: undefined,
} as const satisfies Partial<ServerOptions>
