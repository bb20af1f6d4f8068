import { Option } from 'commander'
import { cipherSuiteNames } from '../certs/cipher-suites.js'
import { controllerAliases, controllerNames, simulatedControllerNames } from '../controllers/names.js'
import type { NumberRange } from '../meta/number-range.js'
import { defaultServerOptions } from '../server-options.js'
import { type AccessFlags, accessFlagGroups } from './access-flags.js'
import { booleanFlag } from './boolean-flag.js'
import { type ControllerChoice, parseControllers } from './controller-choice.js'
import {
  parseAddress,
  parseChoice,
  parseCount,
  parseDuration,
  parseDurationFromZero,
  parseEach,
  parseEtcdServers,
  parseFilled,
  parseFromZero,
  parseKeyPrefix,
  parseList,
  parseNodePorts,
  parsePort,
  parseServerUrl,
  parseServiceIps,
} from './flag-values.js'

/**
 * What the flags of serving say; names as commander makes them of the flags. Times are milliseconds. An empty text is, as
 * in Go programs, a flag that was not given.
 */
export interface ServeFlags extends AccessFlags {
  readonly fileRootpath: string
  readonly backend: 'file' | 'memory' | 'etcd'
  readonly etcdServers?: string[]
  readonly etcdPrefix: string
  readonly etcdCompactionInterval: number
  readonly etcdCafile?: string
  readonly etcdCertfile?: string
  readonly etcdKeyfile?: string
  readonly watchFiles: boolean
  readonly watchHistory?: number
  readonly insecureBindAddress: string
  readonly insecurePort: number
  readonly bindAddress: string
  readonly securePort: number
  readonly certDir?: string
  readonly tlsCertFile?: string
  readonly tlsPrivateKeyFile?: string
  readonly tlsMinVersion: 'VersionTLS12' | 'VersionTLS13'
  readonly tlsCipherSuites: readonly string[]
  readonly http2MaxStreamsPerConnection: number
  readonly requestTimeout: number
  readonly maxRequestsInflight: number
  readonly maxMutatingRequestsInflight: number
  readonly maxWatchesPerUser: number
  readonly profiling: boolean
  readonly loggingFormat?: 'text' | 'json'
  readonly serviceClusterIpRange: NumberRange
  readonly serviceNodePortRange: NumberRange
  readonly eventTtl: number
  readonly controllers: ControllerChoice
  readonly simulateWorkloads: boolean
  readonly apis?: string[]
  readonly apiexts?: readonly string[]
  readonly crds?: string[]
  readonly apiextUrl?: URL
  readonly v: number
}

export const rootpathFlag = () =>
  new Option('--file-rootpath <dir>', 'the folder: objects in registry/, certificates in cert/')
    .argParser(parseFilled)
    .default('wukong-data')

export const certDirFlag = () =>
  new Option('--cert-dir <dir>', 'where certificates are made and kept (default: cert in the root)')

export const securePortFlag = (description: string) =>
  new Option('--secure-port <port>', description).argParser(parsePort).default(8443)

export const apisFlag = (description = 'API groups: files or packages (default: the bundled restaurant group)') =>
  new Option('--apis <modules>', description).argParser(parseList)

export const apiextsFlag = () =>
  new Option('--apiexts <modules>', 'web APIs below /wukong: files or packages').argParser(parseList)

export const etcdTlsFlags = (): Option[] => [
  new Option('--etcd-cafile <file>', 'who signs the certificates of etcd, PEM (default: whom this machine trusts)'),
  new Option('--etcd-certfile <file>', 'certificate to show to etcd, PEM'),
  new Option('--etcd-keyfile <file>', 'key of --etcd-certfile, PEM'),
]

function storage(): Option[] {
  return [
    rootpathFlag(),
    new Option('--backend <name>', 'where objects are: file; etcd; or memory, to forget them at the end')
      .argParser(parseChoice(['file', 'memory', 'etcd']))
      .default('file'),
    new Option('--etcd-servers <urls>', 'members of etcd, for --backend=etcd: http://host:2379,…').argParser(
      parseEtcdServers,
    ),
    new Option('--etcd-prefix <path>', 'what all keys in etcd begin with')
      .argParser(parseKeyPrefix)
      .default('/registry'),
    ...etcdTlsFlags(),
    new Option('--etcd-compaction-interval <duration>', 'how often etcd is made to forget what is older; 0: never')
      .argParser(parseDurationFromZero)
      .default(defaultServerOptions.etcdCompactionInterval, '5m'),
    booleanFlag('--watch-files', 'see edits by hand at once; without it, at the next start', true),
    new Option(
      '--watch-history <changes>',
      'how many changes watches and lists can go back to (default: 10000, and all of the last 5 minutes)',
    ).argParser(parseCount),
  ]
}

function serving(): Option[] {
  const address = (flag: string, what: string) =>
    new Option(`${flag} <ip>`, `address that ${what} listens on`).argParser(parseAddress).default('127.0.0.1')
  return [
    address('--insecure-bind-address', 'plain HTTP'),
    new Option('--insecure-port <port>', 'port of plain HTTP; 0: none').argParser(parsePort).default(6080),
    address('--bind-address', 'HTTPS'),
    securePortFlag('port of HTTPS; 0: none'),
    certDirFlag(),
    new Option('--tls-cert-file <file>', 'certificate for HTTPS, PEM (default: one is made)'),
    new Option('--tls-private-key-file <file>', 'key of --tls-cert-file, PEM'),
    new Option('--tls-min-version <version>', 'oldest TLS that is spoken')
      .argParser(parseChoice(['VersionTLS12', 'VersionTLS13']))
      .default('VersionTLS12'),
    new Option('--tls-cipher-suites <names>', 'cipher suites of TLS 1.2, by their IANA names')
      .argParser(parseEach(cipherSuiteNames))
      .default([], 'all that are sound'),
    new Option('--http2-max-streams-per-connection <count>', 'requests and watches a client may have on one connection')
      .argParser(parseCount)
      .default(defaultServerOptions.maxStreams),
    new Option('--request-timeout <duration>', 'how long a request may take; watches may go on')
      .argParser(parseDuration)
      .default(defaultServerOptions.requestTimeout, '1m'),
    limit(
      '--max-requests-inflight',
      'requests at once that change nothing; more get 429; 0: no limit',
      defaultServerOptions.maxRequestsInflight,
    ),
    limit(
      '--max-mutating-requests-inflight',
      'requests at once that may change something; 0: no limit',
      defaultServerOptions.maxMutatingRequestsInflight,
    ),
    limit(
      '--max-watches-per-user',
      'watches that one user may have; 0: no limit',
      defaultServerOptions.maxWatchesPerUser,
    ),
  ]
}

function limit(flag: string, description: string, preset: number): Option {
  return new Option(`${flag} <count>`, description).argParser(parseFromZero).default(preset)
}

const knownControllers = {
  byDefault: controllerNames,
  onDemand: simulatedControllerNames,
  aliases: controllerAliases,
}

function extension(): Option[] {
  return [
    apisFlag(),
    new Option(
      '--crds <paths>',
      'CustomResourceDefinitions to install at the start: YAML files, or folders of such',
    ).argParser(parseList),
    new Option('--service-cluster-ip-range <cidr>', 'where clusterIPs of Services come from; IPv4')
      .argParser(parseServiceIps)
      .default(defaultServerOptions.serviceClusterIpRange, defaultServerOptions.serviceClusterIpRange.text),
    new Option('--service-node-port-range <ports>', 'where nodePorts of Services come from')
      .argParser(parseNodePorts)
      .default(defaultServerOptions.serviceNodePortRange, defaultServerOptions.serviceNodePortRange.text),
    new Option('--event-ttl <duration>', 'how long Events are kept; 0: for good')
      .argParser(parseDurationFromZero)
      .default(defaultServerOptions.eventTtl, '1h'),
    new Option('--controllers <names>', 'which controllers run: *, name, -name; empty: none')
      .argParser((names) => parseControllers(names, knownControllers))
      .default(parseControllers('*', knownControllers), '*'),
    booleanFlag('--simulate-workloads', 'give workloads the status they would have if pods ran', false),
    apiextsFlag(),
    new Option(
      '--apiext-url <url>',
      'server that /wukong/<name> is passed on to where <name> is not served here',
    ).argParser(parseServerUrl),
  ]
}

const loggingFormatFlag = () =>
  new Option('--logging-format <format>', 'text or json (default: text on a terminal)').argParser(
    parseChoice(['text', 'json']),
  )

const profilingFlag = () =>
  booleanFlag('--profiling', 'serve CPU profiles and heap snapshots below /debug/pprof', false)

export const verbosityFlag = (description: string) =>
  new Option('-v, --v <level>', description).argParser(parseFromZero).default(0)

/** Every flag of serving, by the heading of its group in `--help`. */
export function serveFlagGroups(): ReadonlyMap<string, Option[]> {
  return new Map([
    ['Storage:', storage()],
    ['Serving:', serving()],
    ...accessFlagGroups(),
    ['Extension:', extension()],
    ['Log:', [verbosityFlag('how much is logged; 3: a line for each request'), loggingFormatFlag(), profilingFlag()]],
  ])
}
