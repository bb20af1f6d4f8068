import { CommanderError } from 'commander'
import { describe, expect, test } from 'vitest'
import { type Invocation, parseCommandLine } from '../../src/cli/command-line.js'
import { controllerNames } from '../../src/controllers/names.js'

/** What the arguments mean, or the exit code and what was written. */
function parse(line: string): Invocation | { code: number; out: string; err: string } {
  let [out, err] = ['', '']
  const output = { out: (text: string) => (out += text), err: (text: string) => (err += text) }
  try {
    return parseCommandLine(line === '' ? [] : line.split(' '), output)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { code: error.exitCode, out, err }
  }
}

function serveFlags(line: string) {
  const parsed = parse(line)
  if ('code' in parsed || parsed.command !== 'serve') throw new Error(`not a start: ${JSON.stringify(parsed)}`)
  return parsed.flags
}

describe('flags of a start', () => {
  test('without any', () => {
    expect(serveFlags('')).toEqual({
      fileRootpath: 'wukong-data',
      backend: 'file',
      ...{ etcdPrefix: '/registry', etcdCompactionInterval: 300_000, eventTtl: 3_600_000 },
      watchFiles: true,
      insecureBindAddress: '127.0.0.1',
      insecurePort: 6080,
      bindAddress: '127.0.0.1',
      securePort: 8443,
      tlsMinVersion: 'VersionTLS12',
      tlsCipherSuites: [],
      http2MaxStreamsPerConnection: 1_000,
      requestTimeout: 60_000,
      maxRequestsInflight: 400,
      maxMutatingRequestsInflight: 200,
      maxWatchesPerUser: 10_000,
      profiling: false,
      ...{ anonymousAuth: true, auditLogMaxage: 0, auditLogMaxbackup: 0, auditLogMaxsize: 0 },
      authnAllowLocalhost: true,
      authorizationMode: ['AlwaysAllow'],
      authorizationAlwaysAllowPaths: ['/healthz', '/readyz', '/livez'],
      unrestrictedUpdate: false,
      kubectlDisabled: false,
      kubectlEphemeralToken: false,
      kubectlEphemeralDuration: 3_600_000,
      serviceClusterIpRange: { text: '10.0.0.0/16', first: 0x0a000001, size: 65_534 },
      serviceNodePortRange: { text: '30000-32767', first: 30_000, size: 2_768 },
      controllers: { on: controllerNames, off: [] },
      simulateWorkloads: false,
      v: 0,
    })
  })

  test('the line of the issue', () => {
    const line =
      '--file-rootpath=/tmp/custom-apiserver --request-timeout=60m --token-auth-file=configs/token.csv --unrestricted-update=true --kubectl-disabled=false --kubectl-ephemeral-token=false --authn-allow-localhost=true'
    expect(serveFlags(line)).toMatchObject({
      fileRootpath: '/tmp/custom-apiserver',
      requestTimeout: 3_600_000,
      tokenAuthFile: 'configs/token.csv',
      unrestrictedUpdate: true,
      kubectlDisabled: false,
      kubectlEphemeralToken: false,
      ...{ anonymousAuth: true, auditLogMaxage: 0, auditLogMaxbackup: 0, auditLogMaxsize: 0 },
      authnAllowLocalhost: true,
    })
  })

  const cases: [line: string, flags: object][] = [
    ...['1', 't', 'T', 'true', 'True', 'TRUE'].map((yes): [string, object] => [
      `--unrestricted-update=${yes}`,
      { unrestrictedUpdate: true },
    ]),
    ...['0', 'f', 'F', 'false', 'False', 'FALSE'].map((no): [string, object] => [
      `--watch-files=${no}`,
      { watchFiles: false },
    ]),
    ['--unrestricted-update', { unrestrictedUpdate: true }],
    ['--unrestricted-update --watch-files=false', { unrestrictedUpdate: true, watchFiles: false }],
    ['--unrestricted-update=true --unrestricted-update=false', { unrestrictedUpdate: false }],
    ['--watch-history=500', { watchHistory: 500 }],
    ['--request-timeout=1m30s', { requestTimeout: 90_000 }],
    ['--request-timeout 250ms', { requestTimeout: 250 }],
    ['--request-timeout=1.5h', { requestTimeout: 5_400_000 }],
    ['--kubectl-ephemeral-duration=10m', { kubectlEphemeralDuration: 600_000 }],
    ['--kubectl-disabled=f --kubectl-ephemeral-token=0', { kubectlDisabled: false, kubectlEphemeralToken: false }],
    ...['-v=3', '-v 3', '-v3', '--v=3', '--v 3'].map((line): [string, object] => [line, { v: 3 }]),
    ['--backend=memory', { backend: 'memory' }],
    ['--authorization-mode RBAC', { authorizationMode: ['RBAC'] }],
    ['--authorization-mode=RBAC,AlwaysAllow', { authorizationMode: ['RBAC', 'AlwaysAllow'] }],
    ['--insecure-port=0 --secure-port 443', { insecurePort: 0, securePort: 443 }],
    ['--bind-address=::1 --insecure-bind-address localhost', { bindAddress: '::1', insecureBindAddress: 'localhost' }],
    ['--controllers=*', { controllers: { on: controllerNames, off: [] } }],
    ['--controllers=namespace', { controllers: { on: ['namespace-controller'], off: [] } }],
    ['--controllers=', { controllers: { on: [], off: [] } }],
    ['--simulate-workloads', { simulateWorkloads: true }],
    [
      '--service-cluster-ip-range=10.96.3.0/24',
      { serviceClusterIpRange: { text: '10.96.3.0/24', first: 0x0a600301, size: 254 } },
    ],
    ['--event-ttl=0', { eventTtl: 0 }],
    ['--etcd-compaction-interval=0', { etcdCompactionInterval: 0 }],
    ['--service-node-port-range=1-2', { serviceNodePortRange: { text: '1-2', first: 1, size: 2 } }],
    ['--apis=a.js,b.js --apis=c', { apis: ['a.js', 'b.js', 'c'] }],
    ['--apis=', { apis: [] }],
    ['--apiext-url=http://127.0.0.1:8000/base', { apiextUrl: new URL('http://127.0.0.1:8000/base') }],
    ['--token-auth-file --watch-files', { tokenAuthFile: '--watch-files', watchFiles: true }],
    [
      '--tls-cert-file=a --tls-private-key-file=b --client-ca-file=c',
      { tlsCertFile: 'a', tlsPrivateKeyFile: 'b', clientCaFile: 'c' },
    ],
  ]
  test.each(cases)('%s', (line, flags) => expect(serveFlags(line)).toMatchObject(flags))
})

describe('what is wrong is named in one line, exit code 1', () => {
  const cases: [line: string, error: RegExp][] = [
    ['--nope', /unknown option '--nope'/],
    ['--nope=1', /unknown option '--nope=1'/],
    ['--file-rootpat=x', /unknown option '--file-rootpat=x' \(Did you mean --file-rootpath\?\)/],
    ['-x', /unknown option '-x'/],
    ['--watch-history=0', /'--watch-history <changes>' argument '0' is invalid\. It is a number from 1 on\./],
    ['--no-watch-files', /unknown option '--no-watch-files'/],
    ['start', /unknown command 'start'/],
    ['--unrestricted-update false', /unknown command 'false'/],
    ['--unrestricted-update=yes', /'--unrestricted-update \[bool\]' argument 'yes' is invalid/],
    ['--unrestricted-update=', /'--unrestricted-update \[bool\]' argument '' is invalid/],
    ['--unrestricted-update=tRUE', /argument 'tRUE' is invalid/],
    ['--request-timeout=60', /'--request-timeout <duration>' argument '60' is invalid. It is a duration such as/],
    ['--request-timeout=0', /argument '0' is invalid. It is above 0/],
    ['--request-timeout=-1s', /argument '-1s' is invalid. It is above 0/],
    ['--event-ttl=-1s', /argument '-1s' is invalid. It is 0 or above/],
    ['--insecure-port=x', /'--insecure-port <port>' argument 'x' is invalid. It is a number from 0 to 65535/],
    ['--secure-port=65536', /'--secure-port <port>' argument '65536' is invalid/],
    ['--secure-port=1e3', /argument '1e3' is invalid/],
    [
      '--bind-address=example.com',
      /'--bind-address <ip>' argument 'example.com' is invalid. It is an IP address, or localhost/,
    ],
    ['--insecure-bind-address=', /argument '' is invalid/],
    ['--file-rootpath=', /'--file-rootpath <dir>' argument '' is invalid. It must not be empty/],
    ['kubeconfig --token=', /'--token <token>' argument '' is invalid/],
    ['--backend=files', /'--backend <name>' argument 'files' is invalid. It is file, memory or etcd/],
    ['--etcd-servers=127.0.0.1:2379', /'--etcd-servers <urls>' .* It is URLs such as http:\/\/127.0.0.1:2379/],
    ['--etcd-servers=http://a:1/x', /It is URLs such as/],
    ['--etcd-servers=http://a:1,https://b:1', /Either all of them are https, or none is/],
    ['--etcd-prefix=a/../b', /It is a path such as \/registry/],
    ['--authorization-mode=ABAC', /argument 'ABAC' is invalid. It is AlwaysAllow or RBAC/],
    ['token', /missing required argument 'action'/],
    ['kubeconfig --serviceaccount default', /'default' is invalid\. It is <namespace>\/<name>/],
    [
      '--controllers=namespaces',
      /'--controllers <names>' .*"namespaces" is not in the list of known controllers. Known ones: namespace-controller,/,
    ],
    ...['fd00::/112', '10.0.0.0', '10.0.0.0/31', '10.0.0.0/7', '10.0.0.256/24', '10.0.0.0/24,fd00::/112'].map(
      (range): [string, RegExp] => [
        `--service-cluster-ip-range=${range}`,
        /It is one IPv4 network such as 10.0.0.0\/16/,
      ],
    ),
    ...['30000', '2-1', '0-9', '1-65536', '30000+9'].map((range): [string, RegExp] => [
      `--service-node-port-range=${range}`,
      /It is a range of ports such as 30000-32767/,
    ]),
    ['--controllers=*,-gc', /"-gc" is not in the list of known controllers/],
    ['--apiext-url=127.0.0.1:8000', /'--apiext-url <url>' .* It is a URL/],
    ['--apiext-url=http://u:p@localhost', /It is a URL/],
    ['-v=high', /'-v, --v <level>' argument 'high' is invalid/],
    ['--token-auth-file', /'--token-auth-file <file>' argument missing/],
    ['kubeconfig --nope', /unknown option '--nope'/],
    ['kubeconfig more', /too many arguments for 'kubeconfig'/],
    ['--file-rootpath=x kubeconfig', /--file-rootpath goes behind kubeconfig/],
    ['--file-rootpath=x fsck', /--file-rootpath goes behind fsck/],
    ['backup --file-rootpath=x', /required option '--to <dir>' not specified/],
    ['backup --to=', /'--to <dir>' argument '' is invalid/],
    ['restore', /required option '--from <dir>' not specified/],
    ['fsck --repair=perhaps', /It is true or false/],
    ['kubeconfig --server=ftp://x', /'--server <url>' .* It is a URL/],
  ]
  test.each(cases)('%s', (line, message) => {
    const parsed = parse(line)
    expect(parsed).toMatchObject({ code: 1, out: '' })
    const { err } = parsed as { err: string }
    expect(err).toMatch(/^error: [^\n]*\n$/)
    expect(err).toMatch(message)
  })
})

describe('help', () => {
  test('in groups, with defaults', () => {
    const { code, out } = parse('--help') as { code: number; out: string }
    expect(code).toBe(0)
    for (const heading of [
      'Storage:',
      'Serving:',
      'Who may call, and what they may do:',
      'Extension:',
      'Log:',
      'Commands:',
    ]) {
      expect(out).toContain(`\n${heading}\n`)
    }
    const words = out.replace(/\s+/g, ' ')
    for (const text of [
      '(default: 6080)',
      '(default: 1m)',
      '(default: AlwaysAllow)',
      '(default: true)',
      '(default: *)',
    ]) {
      expect(words).toContain(text)
    }
  })

  test('of kubeconfig', () => {
    expect(parse('kubeconfig --help')).toMatchObject({ code: 0, out: expect.stringContaining('--token <token>') })
  })

  test('version', () =>
    expect(parse('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) }))
})

test('fsck, backup and restore', () => {
  const fsck = (line: string) => parse(`fsck${line}`)
  expect(fsck('')).toEqual({ command: 'fsck', flags: { fileRootpath: 'wukong-data', repair: false, files: false } })
  expect(fsck(' --repair --file-rootpath x --files=true --apis a,b')).toEqual({
    command: 'fsck',
    flags: { fileRootpath: 'x', repair: true, files: true, apis: ['a', 'b'] },
  })
  expect(parse('backup --file-rootpath=x --to y')).toEqual({
    command: 'backup',
    flags: { fileRootpath: 'x', to: 'y' },
  })
  expect(parse('restore --from=y --file-rootpath=x')).toEqual({
    command: 'restore',
    flags: { fileRootpath: 'x', from: 'y' },
  })
})

test('kubeconfig', () => {
  expect(parse('kubeconfig --file-rootpath=x --secure-port=1 --token t --server https://h:1')).toEqual({
    command: 'kubeconfig',
    flags: { fileRootpath: 'x', duration: 3_600_000, securePort: 1, token: 't', server: new URL('https://h:1') },
  })
})
