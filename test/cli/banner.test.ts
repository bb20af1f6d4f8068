import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { banner } from '../../src/cli/banner.js'
import { silentLog } from '../../src/meta/log.js'
import type { ResourceDefinition } from '../../src/registry/definition.js'
import { defaultServerOptions, type ServerOptions } from '../../src/server-options.js'
import { projectFolder } from '../support/project-folder.js'

const version = (name: string) => ({ name, served: true, storage: name === 'v1', schema: { type: 'object' as const } })
const things: ResourceDefinition = {
  group: 'example.com',
  names: { plural: 'things', singular: 'thing', kind: 'Thing' },
  scope: 'Namespaced',
  versions: [version('v1alpha1'), version('v1')],
}

function bannerOf(
  changes: Partial<ServerOptions>,
  urls: Partial<Parameters<typeof banner>[1]> = {},
  folder = projectFolder,
) {
  const options: ServerOptions = {
    ...defaultServerOptions,
    fileRootpath: '/data/my root',
    certDir: '/data/my root/cert',
    authnAllowLocalhost: true,
    groups: [{ group: things.group, resources: [things] }],
    version: '1.2.3',
    log: silentLog,
    ...changes,
  }
  return banner(options, { insecureUrl: 'http://127.0.0.1:6080', secureUrl: 'https://127.0.0.1:8443', ...urls }, folder)
}

const commandsOf = (...args: Parameters<typeof bannerOf>) =>
  bannerOf(...args)
    .split('Try:\n')[1]
    ?.trimEnd()
    .split('\n')
    .map((line) => line.trim())

test('says where the server is, and what to try', () => {
  expect(bannerOf({ tokenAuthFile: join(projectFolder, 'configs/token.csv') })).toBe(`wukong-apiserver 1.2.3
  objects /data/my root
  HTTP    http://127.0.0.1:6080
  HTTPS   https://127.0.0.1:8443

Try:
  kubectl --kubeconfig configs/kubeconfig get things -A
  curl http://127.0.0.1:6080/apis/example.com/v1/things
  curl -k --cert-type P12 --cert '/data/my root/cert/client.p12':P@ssw0rd https://127.0.0.1:8443/apis/example.com/v1/things
`)
})

describe('commands fit the server', () => {
  test('without the sample tokens kubectl goes by plain HTTP', () => {
    expect(commandsOf({})?.[0]).toBe('kubectl --kubeconfig /dev/null --server http://127.0.0.1:6080 get things -A')
  })

  test('without plain HTTP by the client certificate', () => {
    expect(commandsOf({ certDir: '/c' }, { insecureUrl: undefined })).toEqual([
      'kubectl --kubeconfig /dev/null --server https://127.0.0.1:8443 --certificate-authority /c/ca.crt --client-certificate /c/client.crt --client-key /c/client.key get things -A',
      'curl -k --cert-type P12 --cert /c/client.p12:P@ssw0rd https://127.0.0.1:8443/apis/example.com/v1/things',
      'curl -k https://127.0.0.1:8443/version',
    ])
  })

  test('with a CA of its own by a token', () => {
    const changes = { clientCaFile: '/ca', tokenAuthFile: '/dev/null', tlsCertFile: '/tls', authnAllowLocalhost: false }
    expect(commandsOf(changes)).toEqual([
      'kubectl --kubeconfig /dev/null --server https://127.0.0.1:8443 --insecure-skip-tls-verify --token $TOKEN get things -A',
      'curl -k -H "Authorization: Bearer $TOKEN" https://127.0.0.1:8443/apis/example.com/v1/things',
      'curl -k https://127.0.0.1:8443/version',
    ])
  })

  test('paths are seen from where one stands; cluster scope; no groups', () => {
    const changes = {
      certDir: '/here/below/cert',
      groups: [{ group: things.group, resources: [{ ...things, scope: 'Cluster' as const }] }],
    }
    expect(commandsOf(changes, {}, '/here')?.[2]).toContain('--cert below/cert/client.p12:P@ssw0rd')
    expect(commandsOf(changes)?.[0]).toMatch(/ get things$/)
    expect(commandsOf({ groups: [] })?.slice(0, 2)).toEqual([
      'kubectl --kubeconfig /dev/null --server http://127.0.0.1:6080 get namespaces',
      'curl http://127.0.0.1:6080/api/v1/namespaces',
    ])
  })

  test('addresses that are for listening only are not shown', () => {
    const urls = { insecureUrl: undefined, secureUrl: 'https://0.0.0.0:8443' }
    expect(bannerOf({}, urls)).toContain('  HTTPS   https://127.0.0.1:8443, and every other address of this machine\n')
    expect(commandsOf({}, urls)?.join()).not.toContain('0.0.0.0')
    expect(bannerOf({}, { secureUrl: 'https://[::]:8443' })).toContain('https://[::1]:8443, and every')
  })

  test('the memory backend', () =>
    expect(bannerOf({ backend: 'memory' })).toContain('objects in memory, gone at the end'))
})
