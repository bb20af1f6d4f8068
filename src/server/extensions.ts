import type { ExtensionCall, ServedExtension } from '../apiexts/modules/served-extension.js'
import { isOwnExtension } from '../apiexts/mount.js'
import type { TokenAuthenticator } from '../auth/bearer-tokens.js'
import type { Client } from '../reconcile/client.js'
import type { ServerOptions } from '../server-options.js'
import { newLoopbackToken } from './loopback.js'

/** Extensions of modules, served below `/wukong`. */
export interface Extensions {
  readonly names: readonly string[]
  /** Knows the token that extensions make requests with; none without extensions. */
  readonly authenticators: readonly TokenAuthenticator[]
  /** @throws StatusError before anything is sent */
  handle(name: string, call: Omit<ExtensionCall, 'client'>): Promise<void>
  /** Requests can be made from now on, to this server at `url`. Answers with what ends them. */
  begin(url: string | undefined): () => Promise<void>
}

const none: Extensions = {
  names: [],
  authenticators: [],
  handle: async () => {},
  begin: () => async () => {},
}

/** Extensions have added their routes. Nothing of it is loaded where there are none. @throws Error naming the extension */
export async function openExtensions({ extensions, log }: ServerOptions): Promise<Extensions> {
  if (extensions.length === 0) return none
  const [{ ServedExtension }, { Client }, { ResourceClient }, { Streams }] = await Promise.all([
    import('../apiexts/modules/served-extension.js'),
    import('../reconcile/client.js'),
    import('../reconcile/resource-client.js'),
    import('../http/streams.js'),
  ])
  const loopback = newLoopbackToken()
  const end = new AbortController()
  const streams = new Streams(log)
  let client: Client | undefined
  const own = () => {
    if (!client) throw new Error('no request can be made before the server answers any')
    return client
  }
  const context = {
    resources: (ref: ConstructorParameters<typeof ResourceClient>[1]) => new ResourceClient(own(), ref) as never,
    log,
    signal: end.signal,
  }
  const served = new Map<string, ServedExtension>()
  for (const extension of extensions) {
    if (isOwnExtension(extension.name)) throw new Error(`/wukong/${extension.name} is the server's own`)
    if (served.has(extension.name)) throw new Error(`two extensions are called ${extension.name}`)
    served.set(extension.name, await ServedExtension.of(extension, context, streams))
  }
  return {
    names: [...served.keys()],
    authenticators: [loopback],
    handle: async (name, call) => served.get(name)?.handle({ ...call, client: own().with({ impersonate: call.user }) }),
    begin(server) {
      // Itself, whatever its certificate is for.
      if (server)
        client = new Client({ server, token: loopback.token, insecureSkipTlsVerify: true }, 'wukong-extension')
      return async () => {
        end.abort()
        streams.endAll()
        client?.close()
      }
    },
  }
}
