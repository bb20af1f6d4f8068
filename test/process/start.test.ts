import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/free-port.js'
import { httpClient } from '../support/http.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { runCommand, startServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'

describe('a start', () => {
  const ports = async () => [`--insecure-port=${await freePort()}`, `--secure-port=${await freePort()}`]
  const oneLine = (stderr: string) => stderr.trimEnd().split('\n').at(-1) ?? ''

  it('prints the addresses, and nothing else on stdout', async () => {
    const server = await startServer({ ownCertificates: true })
    expect(server.stdout()).toContain(server.url)
    expect(server.stdout()).toContain(server.secureUrl)
    const before = [server.stdout(), server.stderr()]
    await server.api.get('/apis')
    await server.api.get('/nowhere')
    expect([server.stdout(), server.stderr()]).toEqual(before)
    await server.stop()
  })

  it('logs each request from -v=3 on', async () => {
    const server = await startServer({ args: ['-v=3'] })
    await server.api.get('/apis/nowhere')
    await eventually('the line', () => /"level".*\/apis\/nowhere.*404|404.*\/apis\/nowhere/.test(server.stderr()))
    await server.stop()
  })

  it('is ready on plain HTTP only when HTTPS answers too', async () => {
    const [port, securePort] = [await freePort(), await freePort()]
    const flags = [`--insecure-port=${port}`, `--secure-port=${securePort}`, `--file-rootpath=${temporaryFolder()}`]
    const end = new AbortController()
    const run = runCommand(flags, {}, end.signal)
    const [plain, secure] = [httpClient(`http://127.0.0.1:${port}`), httpClient(`https://127.0.0.1:${securePort}`)]
    await eventually('ready', async () => (await plain.get('/readyz')).status === 200)
    const answer = await secure.get('/readyz').catch((error: unknown) => String(error))
    end.abort()
    expect((await run).code).toBe(0)
    expect(answer).toMatchObject({ status: 200 })
  })

  it('on a root that another server holds says who has it', async () => {
    const server = await startServer()
    const { code, stderr } = await runCommand([`--file-rootpath=${server.root}`, ...(await ports())])
    expect(code).toBe(1)
    expect(oneLine(stderr)).toContain(String(server.pid))
    expect((await server.api.get('/readyz')).status).toBe(200)
    await server.stop()
  })

  it('on a port in use says which', async () => {
    const taken = createServer()
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => {
        const address = taken.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    const flags = [`--insecure-port=${port}`, `--secure-port=${await freePort()}`]
    const { code, stderr } = await runCommand([`--file-rootpath=${temporaryFolder()}`, ...flags])
    expect(code).toBe(1)
    expect(oneLine(stderr)).toContain(String(port))
    taken.close()
  })

  it('with a certificate that is not there names it, and nothing has begun to work', async () => {
    const root = temporaryFolder()
    const flags = ['--tls-cert-file=/nowhere.crt', '--tls-private-key-file=/nowhere.key', '--logging-format=json']
    const { code, stderr } = await runCommand([`--file-rootpath=${root}`, ...flags, ...(await ports())])
    expect(code).toBe(1)
    expect(oneLine(stderr)).toBe("error: /nowhere.crt can't be read for HTTPS: there is no such file or directory")
    expect(stderr).not.toContain('controller')
  })

  it('with a token file that can’t be read names it', async () => {
    const root = temporaryFolder()
    const flags = [`--file-rootpath=${root}`, `--token-auth-file=${root}/none.csv`]
    const { code, stderr } = await runCommand([...flags, ...(await ports())])
    expect(code).toBe(1)
    expect(oneLine(stderr)).toContain('none.csv')
    expect(stderr).not.toContain('    at ')
  })

  it.for([
    ['--nothing', '--nothing'],
    ['--request-timeout=abc', '--request-timeout'],
    ['--watch-files=maybe', '--watch-files'],
    ['--insecure-port=70000', '--insecure-port'],
    ['--backend=etcd', 'etcd'],
    ['--controllers=nothing', 'nothing'],
    ['--kubectl-ephemeral-token=maybe', '--kubectl-ephemeral-token'],
  ] as const)('with %s says what is wrong', async ([flag, named]) => {
    const { code, stderr } = await runCommand([`--file-rootpath=${temporaryFolder()}`, ...(await ports()), flag])
    expect(code).toBe(1)
    expect(stderr).toContain(named)
    expect(stderr).not.toContain('    at ')
  })

  it.for([
    ['--bind-address=0.0.0.0 --token-auth-file=configs/token.csv', 'configs/token.csv'],
    ['--insecure-bind-address=0.0.0.0', '--authn-allow-localhost'],
  ] as const)('that opens the door to everybody is refused: %s', async ([flags, named]) => {
    const root = `--file-rootpath=${temporaryFolder()}`
    const { code, stderr } = await runCommand([root, ...(await ports()), ...flags.split(' ')])
    expect(code).toBe(1)
    expect(oneLine(stderr)).toContain(named)
  })

  it('with the line of the documentation serves', async () => {
    const flags =
      '--request-timeout=60m --token-auth-file=configs/token.csv --unrestricted-update=true --kubectl-disabled=false'
    const more = '--kubectl-ephemeral-token=false --authn-allow-localhost=true'
    const server = await startServer({ args: `${flags} ${more}`.split(' ') })
    expect((await server.api.get('/apis')).status).toBe(200)
    const path = `${restaurant.pizzas()}/free`
    const made = (await server.api.post(restaurant.pizzas(), pizza('free'))).json()
    const put = await server.api.put(path, { ...made, status: { cost: 3 } })
    expect(put.json()).toMatchObject({ status: { cost: 3 } })
    await server.stop()
  })

  it('with --help prints every flag and exits 0', async () => {
    const { code, stdout } = await runCommand(['--help'])
    expect(code).toBe(0)
    for (const flag of ['--file-rootpath', '--secure-port', '--apis', '--watch-files', '--client-ca-file']) {
      expect(stdout).toContain(flag)
    }
  })

  it('without plain HTTP serves HTTPS alone', async () => {
    const server = await startServer({ args: ['--insecure-port=0'] })
    expect(server.stdout()).not.toContain('http://')
    await server.stop()
  })
})
