import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { parseYaml } from '../codec/yaml.js'
import { asArray, isJsonObject, type JsonObject } from '../meta/object.js'
import type { Connection } from './client.js'

/** Where a pod finds its own credentials. */
const podFolder = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * How to reach a server: the current context of `path`, else of $KUBECONFIG or ~/.kube/config, else what a pod is given.
 * $KUBECONFIG may name several files, as kubectl's: the first that says something counts, and one that is missing says
 * nothing. Tokens, client certificates and CAs count, in the file or beside it; programs that make credentials are not run.
 * @throws Error naming the file and what it lacks
 */
export async function loadConnection(path?: string): Promise<Connection> {
  const given = path ? [path] : (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '')
  if (given.length === 0 && process.env.KUBERNETES_SERVICE_HOST) return podConnection()
  const files = given.length > 0 ? given : [join(homedir(), '.kube', 'config')]
  const configs: Config[] = []
  let missing: unknown
  for (const file of files) {
    try {
      configs.push(await readConfig(file))
    } catch (error) {
      if (!(error instanceof NoSuchFile)) throw error
      missing ??= error
    }
  }
  if (configs.length === 0) throw missing
  return connectionOf(configs)
}

/** What one file says. Relative paths in it begin at the file, and errors name it. */
interface Config {
  readonly file: string
  readonly content: JsonObject
}

class NoSuchFile extends Error {}

async function readConfig(file: string): Promise<Config> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new NoSuchFile(`kubeconfig ${file} can't be read: there is no such file`)
    throw new Error(`kubeconfig ${file} can't be read: ${message}`, { cause: error })
  }
  const content = parseYaml(text).value
  if (!isJsonObject(content)) throw new Error(`${file} is no kubeconfig`)
  return { file, content }
}

async function connectionOf(configs: readonly Config[]): Promise<Connection> {
  const current = configs.map(({ content }) => content['current-context']).find(Boolean)
  const { value: context } = named(configs, 'context', current)
  const { value: cluster, file: clusterFile } = named(configs, 'cluster', context.cluster)
  const noUser = { value: {} as JsonObject, file: clusterFile }
  const { value: user, file: userFile } = context.user === undefined ? noUser : named(configs, 'user', context.user)
  if (typeof cluster.server !== 'string') throw new Error(`${clusterFile}: the cluster has no server`)
  if (user.exec || user['auth-provider']) throw new Error(`${userFile}: programs that make credentials are not run`)
  const [ca, cert, key] = await Promise.all([
    dataOrFile(cluster, 'certificate-authority', clusterFile),
    dataOrFile(user, 'client-certificate', userFile),
    dataOrFile(user, 'client-key', userFile),
  ])
  const { tokenFile, token } = user
  return {
    server: cluster.server,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(typeof tokenFile === 'string' ? { token: tokenIn(beside(userFile, tokenFile)) } : {}),
    ...(typeof tokenFile !== 'string' && typeof token === 'string' ? { token: token.trim() } : {}),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipTlsVerify: true } : {}),
    ...(typeof context.namespace === 'string' ? { namespace: context.namespace } : {}),
  }
}

/** Of the lists of `{name, <what>: {…}}` the first one that is called `name`, and the file it is in. */
function named(configs: readonly Config[], what: 'context' | 'cluster' | 'user', name: unknown) {
  for (const { file, content } of configs) {
    const entries: readonly unknown[] = asArray(content[`${what}s`])
    const found = entries.find((entry) => isJsonObject(entry) && entry.name === name)
    const value = isJsonObject(found) ? found[what] : undefined
    if (isJsonObject(value)) return { value, file }
  }
  throw new Error(`${configs.map(({ file }) => file).join(', ')} has no ${what} ${JSON.stringify(name ?? '')}`)
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
