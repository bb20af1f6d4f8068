import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseYaml } from '../codec/yaml.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { Connection } from './client.js'

/** Where a pod finds its own credentials. */
const podFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * How to reach a server: the current context of `path`, else of $KUBECONFIG or ~/.kube/config, else what a pod is given.
 * Tokens, client certificates and CAs count, in the file or beside it; programs that make credentials are not run.
 * @throws Error naming the file and what it lacks
 */
export async function loadConnection(path?: string): Promise<Connection> {
  const given = path || process.env.KUBECONFIG
  if (!given && process.env.KUBERNETES_SERVICE_HOST) return podConnection()
  const file = given || join(homedir(), '.kube', 'config')
  return parseKubeconfig(await readConfig(file), file)
}

async function readConfig(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : message
    throw new Error(`kubeconfig ${file} can't be read: ${why}`, { cause: error })
  }
}

/** `file` is what relative paths in it begin at, and what errors name. */
async function parseKubeconfig(text: string, file: string): Promise<Connection> {
  const config = parseYaml(text).value
  if (!isJsonObject(config)) throw new Error(`${file} is no kubeconfig`)
  const context = named(config.contexts, config['current-context'], 'context', file)
  const cluster = named(config.clusters, context.cluster, 'cluster', file)
  const user = context.user === undefined ? {} : named(config.users, context.user, 'user', file)
  if (typeof cluster.server !== 'string') throw new Error(`${file}: the cluster has no server`)
  if (user.exec || user['auth-provider']) throw new Error(`${file}: programs that make credentials are not run`)
  const part = (object: JsonObject, name: string) => dataOrFile(object, name, file)
  const [ca, cert, key] = await Promise.all([
    part(cluster, 'certificate-authority'),
    part(user, 'client-certificate'),
    part(user, 'client-key'),
  ])
  const { tokenFile, token } = user
  return {
    server: cluster.server,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(typeof tokenFile === 'string' ? { token: tokenIn(beside(file, tokenFile)) } : {}),
    ...(typeof tokenFile !== 'string' && typeof token === 'string' ? { token: token.trim() } : {}),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipTlsVerify: true } : {}),
    ...(typeof context.namespace === 'string' ? { namespace: context.namespace } : {}),
  }
}

/** Of a list of `{name, <what>: {…}}` the one that is called `name`. */
function named(list: unknown, name: unknown, what: string, file: string): JsonObject {
  const entries: unknown[] = Array.isArray(list) ? list : []
  const found = entries.find((entry) => isJsonObject(entry) && entry.name === name)
  const value = isJsonObject(found) ? found[what] : undefined
  if (!isJsonObject(value)) throw new Error(`${file} has no ${what} ${JSON.stringify(name ?? '')}`)
  return value
}

async function dataOrFile(object: JsonObject, name: string, file: string): Promise<string | undefined> {
  const [data, path] = [object[`${name}-data`], object[name]]
  if (typeof data === 'string') return Buffer.from(data, 'base64').toString()
  return typeof path === 'string' ? readFile(beside(file, path), 'utf8') : undefined
}

const beside = (file: string, path: string) => resolve(dirname(file), path)

/** Read for each request: it is renewed while a pod runs. */
const tokenIn = (path: string) => async () => (await readFile(path, 'utf8')).trim()

/** What a pod is given. @throws Error when this is none */
export async function podConnection(): Promise<Connection> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '443' } = process.env
  const read = (name: string) => readFile(join(podFolder, name), 'utf8')
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    ca: await read('ca.crt'),
    token: tokenIn(join(podFolder, 'token')),
    namespace: (await read('namespace')).trim(),
  }
}
