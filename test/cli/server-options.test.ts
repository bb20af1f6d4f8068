import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line.js'
import type { ServeFlags } from '../../src/cli/flags.js'
import { flagConflict, serverOptions } from '../../src/cli/server-options.js'
import { describeStartupError } from '../../src/cli/startup-error.js'
import { silentLog } from '../../src/meta/log.js'

function flagsOf(line: string): ServeFlags {
  const quiet = { out: () => {}, err: () => {} }
  const { command, flags } = parseCommandLine(line.split(' ').filter(Boolean), quiet)
  if (command !== 'serve') throw new Error('not a start')
  return flags
}

const optionsOf = (line: string) =>
  serverOptions(flagsOf(line), { folder: '/here', groups: [], extensions: [], log: silentLog })

describe('what a server is made of', () => {
  test.each<[string, object]>([
    ['', { fileRootpath: '/here/wukong-data', certDir: '/here/wukong-data/cert', tokenAuthFile: undefined }],
    ['--file-rootpath=/data', { fileRootpath: '/data', certDir: '/data/cert' }],
    ['--cert-dir=c --token-auth-file=../t.csv', { certDir: '/here/c', tokenAuthFile: '/t.csv' }],
    ['', { insecure: { address: '127.0.0.1', port: 6080 }, secure: { address: '127.0.0.1', port: 8443 } }],
    ['--insecure-port=0 --bind-address=::', { insecure: undefined, secure: { address: '::', port: 8443 } }],
    ['--secure-port=0', { secure: undefined }],
    ['--etcd-prefix=a/b/', { backend: 'file', etcd: undefined }],
    [
      '--backend=etcd --etcd-servers=https://a:1,https://[::1]:2 --etcd-prefix=a//b/ --etcd-cafile=c',
      {
        backend: 'etcd',
        etcd: { servers: ['https://a:1', 'https://[::1]:2'], prefix: '/a/b', caFile: '/here/c', certFile: undefined },
      },
    ],
    ['--token-auth-file= --cert-dir=', { tokenAuthFile: undefined, certDir: '/here/wukong-data/cert' }],
  ])('%s', (line, expected) => expect(optionsOf(line)).toMatchObject(expected))
})

describe('flags that do not go together', () => {
  test.each<[string, string | undefined]>([
    ['', undefined],
    ['--tls-cert-file=a --tls-private-key-file=b', undefined],
    ['--tls-cert-file=a', '--tls-cert-file needs --tls-private-key-file beside it'],
    ['--tls-private-key-file=b', '--tls-private-key-file needs --tls-cert-file beside it'],
    ['--etcd-servers=http://127.0.0.1:2379', '--etcd-servers is for --backend=etcd'],
    ['--backend=etcd', '--backend=etcd needs --etcd-servers: where etcd is'],
    ['--backend=etcd --etcd-servers=https://a:1,https://b:1 --etcd-cafile=c', undefined],
    ['--backend=etcd --etcd-servers=https://a:1 --etcd-certfile=c', '--etcd-certfile needs --etcd-keyfile beside it'],
    ['--backend=etcd --etcd-servers=https://a:1 --etcd-keyfile=c', '--etcd-keyfile needs --etcd-certfile beside it'],
    ['--backend=etcd --etcd-servers=http://a:1 --etcd-cafile=c', '--etcd-cafile is for --etcd-servers that are https'],
    ['--insecure-port=0 --secure-port=0', '--insecure-port and --secure-port are both 0: nothing to listen on'],
    ['--insecure-port=8443', '--insecure-port and --secure-port are both 8443'],
    ['--insecure-port=8443 --bind-address=127.0.0.2', undefined],
  ])('%s', (line, conflict) => expect(flagConflict(flagsOf(line))).toBe(conflict))
})

describe('why a server did not start', () => {
  const failure = (fields: object) => Object.assign(new Error('some words\n  and more'), fields)
  const listening = { syscall: 'listen', address: '127.0.0.1', port: 6080 }
  test.each<[string, unknown, string | RegExp]>([
    [
      'the port of HTTP is in use',
      failure({ ...listening, code: 'EADDRINUSE' }),
      'port 6080 on 127.0.0.1 is in use: stop what listens there, or choose another with --insecure-port',
    ],
    ['the port of HTTPS is in use', failure({ ...listening, port: 8443, code: 'EADDRINUSE' }), / with --secure-port$/],
    ['a low port', failure({ ...listening, port: 8443, code: 'EACCES' }), /above 1023 with --secure-port$/],
    [
      'a foreign address',
      failure({ ...listening, code: 'EADDRNOTAVAIL' }),
      /^127\.0\.0\.1 is no address of this machine: .*--insecure-bind-address$/,
    ],
    ['a file of another user', failure({ code: 'EACCES', path: '/root/x' }), /^\/root\/x: this user may not use it/],
    [
      'a file that is named already',
      new Error("token file /x can't be read: some words", {
        cause: failure({ message: 'some words', code: 'ENOENT' }),
      }),
      /^token file \/x can't be read: there is no such file or directory$/,
    ],
    ['a full disk', failure({ code: 'ENOSPC', path: '/x' }), '/x: the disk is full'],
    [
      'a bad certificate',
      failure({ code: 'ERR_OSSL_PEM_NO_START_LINE' }),
      /^a certificate or key can't be used .*: look at --tls-cert-file and --tls-private-key-file$/,
    ],
    ['whatever says so itself', failure({}), 'some words'],
    ['not even an error', 'text', 'text'],
    [
      'a mistake in the program keeps its trace',
      new TypeError('x is undefined'),
      /^TypeError: x is undefined\n {4}at /,
    ],
  ])('%s', (_name, error, expected) => {
    const flags = flagsOf('--tls-cert-file=a --tls-private-key-file=b')
    expect(describeStartupError(error, flags)).toMatch(expected)
  })
})
