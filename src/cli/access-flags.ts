import { Option } from 'commander'
import { defaultIssuer } from '../server-options.js'
import { booleanFlag } from './boolean-flag.js'
import { parseChoices, parseDuration, parseFromZero, parseList } from './flag-values.js'

/** Of the flags of serving, those that say who may call and what they may do. */
export interface AccessFlags {
  readonly clientCaFile?: string
  readonly tokenAuthFile?: string
  readonly anonymousAuth: boolean
  readonly serviceAccountIssuer?: string[]
  readonly serviceAccountSigningKeyFile?: string
  readonly serviceAccountKeyFile?: string[]
  readonly apiAudiences?: string[]
  readonly requestheaderClientCaFile?: string
  readonly requestheaderAllowedNames?: string[]
  readonly requestheaderUsernameHeaders?: string[]
  readonly requestheaderUidHeaders?: string[]
  readonly requestheaderGroupHeaders?: string[]
  readonly requestheaderExtraHeadersPrefix?: string[]
  readonly proxyClientCertFile?: string
  readonly proxyClientKeyFile?: string
  readonly kubeconfig?: string
  readonly authenticationKubeconfig?: string
  readonly authorizationKubeconfig?: string
  readonly authorizationAlwaysAllowPaths: readonly string[]
  readonly authnAllowLocalhost: boolean
  readonly auditPolicyFile?: string
  readonly auditLogPath?: string
  readonly auditLogMaxsize: number
  readonly auditLogMaxage: number
  readonly auditLogMaxbackup: number
  readonly authorizationMode: readonly ('AlwaysAllow' | 'RBAC')[]
  readonly unrestrictedUpdate: boolean
  readonly kubectlDisabled: boolean
  readonly kubectlEphemeralToken: boolean
  readonly kubectlEphemeralDuration: number
}

function access(): Option[] {
  return [
    new Option('--token-auth-file <file>', 'bearer tokens: CSV of token,user,uid,"group1,group2"'),
    new Option(
      '--client-ca-file <file>',
      'who signs client certificates, PEM (default: ca.crt among the certificates)',
    ),
    booleanFlag(
      '--anonymous-auth',
      'who shows no credentials is system:anonymous; else such requests are refused',
      true,
    ),
    booleanFlag('--authn-allow-localhost', 'a request from this machine without credentials is the local admin', true),
    new Option('--authorization-mode <modes>', 'AlwaysAllow: who is authenticated may do everything; RBAC; or several')
      .argParser(parseChoices(['AlwaysAllow', 'RBAC']))
      .default(['AlwaysAllow'], 'AlwaysAllow'),
    booleanFlag('--unrestricted-update', 'a PUT of an object may change its status too; for debugging', false),
    booleanFlag('--kubectl-disabled', 'refuse requests of kubectl, as far as it says that it is kubectl', false),
    booleanFlag('--kubectl-ephemeral-token', 'let kubectl in only with a token made for the moment', false),
    new Option('--kubectl-ephemeral-duration <duration>', 'how long such a token may be good')
      .argParser(parseDuration)
      .default(3_600_000, '1h'),
  ]
}

/** Tokens that the server signs. */
function tokens(): Option[] {
  const list = (flag: string, description: string) => new Option(flag, description).argParser(parseList)
  return [
    list('--service-account-issuer <urls>', `who signs tokens; the first one does (default: ${defaultIssuer})`),
    new Option('--service-account-signing-key-file <file>', 'RSA or EC key that signs, PEM (default: one is made)'),
    list('--service-account-key-file <files>', 'further keys whose tokens are good, PEM'),
    list('--api-audiences <names>', 'for whom tokens must be (default: the issuers)'),
  ]
}

/** Whom to believe when they say for whom they ask. */
function frontProxy(): Option[] {
  const list = (flag: string, description: string) => new Option(flag, description).argParser(parseList)
  return [
    new Option('--requestheader-client-ca-file <file>', 'who signs the certificate of a front proxy, PEM'),
    list('--requestheader-allowed-names <names>', 'common names of its certificate (default: any)'),
    list('--requestheader-username-headers <names>', 'headers with the user (default: X-Remote-User)'),
    list('--requestheader-uid-headers <names>', 'headers with the UID (default: X-Remote-Uid)'),
    list('--requestheader-group-headers <names>', 'headers with groups (default: X-Remote-Group)'),
    list('--requestheader-extra-headers-prefix <prefixes>', 'of headers with more (default: X-Remote-Extra-)'),
    new Option(
      '--proxy-client-cert-file <file>',
      'certificate to show to servers that APIServices name, PEM (default: one is made)',
    ),
    new Option('--proxy-client-key-file <file>', 'key of --proxy-client-cert-file, PEM'),
  ]
}

/** A server in front of this one, which decides for it. */
function delegation(): Option[] {
  const kubeconfig = (flag: string, description: string) => new Option(`${flag} <file>`, description)
  const paths = ['/healthz', '/readyz', '/livez']
  return [
    kubeconfig(
      '--kubeconfig',
      'how to reach a kube-apiserver in front: for its namespaces, and for both below; in-cluster: as a pod does',
    ),
    kubeconfig('--authentication-kubeconfig', 'whom it asks whose a token is, and which front proxies to believe'),
    kubeconfig('--authorization-kubeconfig', 'whom it asks who may do what, in place of --authorization-mode'),
    new Option('--authorization-always-allow-paths <paths>', 'what everybody may ask then')
      .argParser(parseList)
      .default(paths, paths.join()),
  ]
}

/** What is noted of requests. */
function audit(): Option[] {
  const limit = (flag: string, description: string) =>
    new Option(flag, `${description}; 0: no limit`).argParser(parseFromZero).default(0)
  return [
    new Option('--audit-policy-file <file>', 'what is noted of which requests: a Policy of audit.k8s.io/v1'),
    new Option('--audit-log-path <file>', 'where it is noted, an event a line; -: standard output'),
    limit('--audit-log-maxsize <megabytes>', 'after which the file is put aside'),
    limit('--audit-log-maxage <days>', 'that files put aside are kept'),
    limit('--audit-log-maxbackup <count>', 'how many of them are kept'),
  ]
}

/** By the headings of their groups in `--help`. */
export function accessFlagGroups(): [heading: string, flags: Option[]][] {
  return [
    ['Who may call, and what they may do:', access()],
    ['Tokens of service accounts:', tokens()],
    ['Front proxy:', frontProxy()],
    ['Behind a kube-apiserver:', delegation()],
    ['Audit:', audit()],
  ]
}
