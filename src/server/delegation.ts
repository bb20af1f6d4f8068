import { join } from 'node:path'
import type { TokenAuthenticator } from '../auth/bearer-tokens.js'
import type { FrontProxyOptions } from '../auth/front-proxy.js'
import type { Admission } from '../registry/admission.js'
import type { Authorizer } from '../registry/authorizer.js'
import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { ownCaller } from './own-objects.js'
import type { PublishedFiles } from './tls-files.js'

/** What a server in front decides for this one; empty where there is none. */
export interface Delegation {
  readonly authenticators: readonly TokenAuthenticator[]
  /** In place of the modes of authorization, in turn. */
  readonly authorizers: readonly Authorizer[] | undefined
  /** Whom to believe for whom they ask, as it is told now. */
  frontProxy(): FrontProxyOptions | undefined
  /** What it has to say to writes. */
  admission(backend: () => Backend): Admission[]
  /** Where the certificates it tells of are. */
  readonly published: PublishedFiles | undefined
}

/** How long a start waits to be told whom to believe, in milliseconds; then it goes on, and is told later. */
const startPatience = 5_000

/** @throws Error naming a kubeconfig that can't be read */
export async function openDelegation(options: ServerOptions, undo: (() => Promise<void>)[]): Promise<Delegation> {
  const { delegation, requestHeader } = options
  const none = {
    authenticators: [],
    authorizers: undefined,
    frontProxy: () => requestHeader,
    published: undefined,
    admission: () => [],
  }
  if (!delegation) return none
  const { authentication } = delegation
  return {
    ...none,
    ...(authentication ? await delegatedAuthentication(options, authentication, undo) : {}),
    authorizers: await delegatedAuthorization(delegation, undo),
    admission: await delegatedNamespaces(delegation, undo),
  }
}

type DelegationOptions = NonNullable<ServerOptions['delegation']>

async function delegatedAuthorization(
  { authorization: kubeconfig, alwaysAllowPaths: paths }: DelegationOptions,
  undo: (() => Promise<void>)[],
) {
  if (!kubeconfig) return undefined
  const { accessReviews, alwaysAllowPaths } = await import('../aggregation/access-reviews.js')
  return [alwaysAllowPaths(paths), accessReviews(await connect(kubeconfig, undo))]
}

async function delegatedNamespaces({ core }: DelegationOptions, undo: (() => Promise<void>)[]) {
  if (!core) return () => []
  const { namespacesInFront } = await import('../aggregation/namespaces-in-front.js')
  const client = await connect(core, undo)
  return (backend: () => Backend) => [namespacesInFront(client, backend, ownCaller)]
}

async function delegatedAuthentication(options: ServerOptions, kubeconfig: string, undo: (() => Promise<void>)[]) {
  const { certDir, requestHeader, log } = options
  const [{ tokenReviews }, { followAuthentication }, { prepareCertDir, writeOwnFile }] = await Promise.all([
    import('../aggregation/token-reviews.js'),
    import('../aggregation/published-authentication.js'),
    import('../certs/cert-dir.js'),
  ])
  const client = await connect(kubeconfig, undo)
  const names = { clientCa: 'published-client-ca.crt', frontProxyCa: 'published-requestheader-ca.crt' }
  const stop = new AbortController()
  let frontProxy: FrontProxyOptions | undefined
  await prepareCertDir(certDir)
  const told = new Promise<void>((resolve) => {
    const use = async (published: { clientCa: string; frontProxyCa: string; frontProxy: FrontProxyOptions }) => {
      await writeOwnFile(certDir, names.clientCa, published.clientCa)
      await writeOwnFile(certDir, names.frontProxyCa, published.frontProxyCa)
      frontProxy = published.frontProxy
      resolve()
    }
    const following = followAuthentication(client, use, log, stop.signal)
    undo.push(async () => {
      stop.abort()
      await following
    })
    setTimeout(resolve, startPatience).unref()
  })
  await told
  return {
    authenticators: [tokenReviews(client, log)],
    frontProxy: () => requestHeader ?? frontProxy,
    published: { clientCa: join(certDir, names.clientCa), frontProxyCa: join(certDir, names.frontProxyCa) },
  }
}

/** `in-cluster`: as a pod is given it. */
async function connect(kubeconfig: string, undo: (() => Promise<void>)[]) {
  const [{ Client }, { loadConnection, podConnection }] = await Promise.all([
    import('../reconcile/client.js'),
    import('../reconcile/kubeconfig.js'),
  ])
  const connection = kubeconfig === 'in-cluster' ? await podConnection() : await loadConnection(kubeconfig)
  const client = new Client(connection, 'wukong-apiserver')
  undo.push(async () => client.close())
  return client
}
