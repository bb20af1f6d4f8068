import { join, relative } from 'node:path'
import { compareVersions } from '../meta/version-order.js'
import type { RunningServer } from '../server.js'
import type { ServerOptions } from '../server-options.js'
import { packageFolder } from './package-folder.js'

type Urls = Pick<RunningServer, 'insecureUrl' | 'secureUrl'>

/** What is said on stdout once the server is ready: where it is, and three commands that work as they stand. */
export function banner(options: ServerOptions, urls: Urls, folder: string): string {
  const objects = whereObjectsAre(options)
  const local = { insecureUrl: seenFromHere(urls.insecureUrl), secureUrl: seenFromHere(urls.secureUrl) }
  const everywhere = (url: string | undefined, here: string | undefined) =>
    url === here ? url : `${here}, and every other address of this machine`
  const places = [
    ['objects', objects],
    ['HTTP', everywhere(urls.insecureUrl, local.insecureUrl)],
    ['HTTPS', everywhere(urls.secureUrl, local.secureUrl)],
  ].flatMap(([name = '', place]) => (place === undefined ? [] : [`  ${name.padEnd(8)}${place}`]))
  const commands = commandsToTry(options, local, folder).map((command) => `  ${command}`)
  return [`wukong-apiserver ${options.version}`, ...places, '', 'Try:', ...commands, ''].join('\n')
}

function whereObjectsAre({ backend, fileRootpath, etcd }: ServerOptions): string {
  if (etcd) return `in etcd at ${etcd.servers.join()}, below ${etcd.prefix}`
  return backend === 'memory' ? 'in memory, gone at the end' : fileRootpath
}

/** The wildcard addresses are for listening only. */
function seenFromHere(url: string | undefined): string | undefined {
  return url?.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
}

function commandsToTry(options: ServerOptions, { insecureUrl, secureUrl }: Urls, folder: string): string[] {
  const { path, kubectlArguments } = something(options)
  const plain = options.authnAllowLocalhost ? insecureUrl : undefined
  const file = (name: string) => shellWord(relativePath(folder, join(options.certDir, name)))
  // With a CA of the user's own the certificates here open nothing.
  const certificates = options.clientCaFile === undefined
  const kubectl = () => {
    const bundled = join(packageFolder(), 'configs', 'kubeconfig')
    if (secureUrl === 'https://127.0.0.1:8443' && usesSampleTokens(options)) {
      return `kubectl --kubeconfig ${shellWord(relativePath(folder, bundled))}`
    }
    if (plain !== undefined) return `kubectl --kubeconfig /dev/null --server ${plain}`
    const trust = options.tlsCertFile ? '--insecure-skip-tls-verify' : `--certificate-authority ${file('ca.crt')}`
    const identity = certificates
      ? `--client-certificate ${file('client.crt')} --client-key ${file('client.key')}`
      : '--token $TOKEN'
    return `kubectl --kubeconfig /dev/null --server ${secureUrl ?? insecureUrl} ${trust} ${identity}`
  }
  const commands = [`${kubectl()} ${kubectlArguments}`]
  if (plain !== undefined) commands.push(`curl ${plain}${path}`)
  if (secureUrl !== undefined && certificates) {
    commands.push(`curl -k --cert-type P12 --cert ${file('client.p12')}:P@ssw0rd ${secureUrl}${path}`)
  }
  if (commands.length < 3 && options.tokenAuthFile) {
    commands.push(`curl -k -H "Authorization: Bearer $TOKEN" ${secureUrl ?? insecureUrl}${path}`)
  }
  if (commands.length < 3) commands.push(`curl -k ${secureUrl ?? insecureUrl}/version`)
  return commands
}

/** Something to list: the first of the API groups' resources. */
function something({ groups }: ServerOptions): { path: string; kubectlArguments: string } {
  const [resource] = groups.flatMap(({ resources }) => resources)
  const [version] = (resource?.versions ?? [])
    .filter(({ served }) => served)
    .map(({ name }) => name)
    .sort(compareVersions)
  if (!resource || version === undefined) return { path: '/api/v1/namespaces', kubectlArguments: 'get namespaces' }
  const { plural } = resource.names
  const everywhere = resource.scope === 'Namespaced' ? ' -A' : ''
  return { path: `/apis/${resource.group}/${version}/${plural}`, kubectlArguments: `get ${plural}${everywhere}` }
}

function usesSampleTokens({ tokenAuthFile }: ServerOptions): boolean {
  const sample = join(packageFolder(), 'configs', 'token.csv')
  return tokenAuthFile !== undefined && relative(sample, tokenAuthFile) === ''
}

/** Seen from `folder` where that is below it. */
function relativePath(folder: string, path: string): string {
  const below = relative(folder, path)
  return below.startsWith('..') ? path : below
}

function shellWord(text: string): string {
  return /^[\w./@%+:,~-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
