import * as net from 'node:net'
import * as tls from 'node:tls'
import { describe, expect } from 'vitest'
import { adminToken, testAlone as base } from '../support/server-test.js'

const authorization = `Authorization: Bearer ${adminToken}\r\n`
const host = 'Host: x\r\n'
const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\n${host}${authorization}${headers}\r\n`
const post = (body: string, headers: string) =>
  `POST /api/v1/namespaces/default/configmaps?dryRun=All HTTP/1.1\r\n${host}${authorization}` +
  `Content-Type: application/json\r\n${headers}\r\n${body}`
const map = '{"metadata":{"name":"a"}}'
const maps = '/api/v1/namespaces/default/configmaps'
const large = 'a'.repeat(100_000)
const noMethod = 'the server does not allow this method on the requested resource'
const noPath = 'the server could not find the requested resource'
const length = `Content-Length: ${map.length}\r\n`

const webSocketHeaders =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n'
const webSocket = (frames: string) => get(`${maps}?watch=1`, webSocketHeaders) + frames

/**
 * Bytes as they come on a connection, and what they are answered: the codes of all answers, and a text in the last one.
 * What kube-apiserver answers, but where Node's parser is the stricter one.
 */
const table: Record<string, readonly [bytes: string, codes: string, text?: string]> = {
  'a header of 100 KB': [get('/version', `X: ${large}\r\n`), '431', 'Request Header Fields Too Large'],
  'a target of 100 KB': [get(`/version?${large}`), '431', 'Request Header Fields Too Large'],
  'many headers': [get('/version', Array.from({ length: 900 }, (_, i) => `X${i}: 1\r\n`).join('')), '200'],
  'no Host': [`GET /version HTTP/1.1\r\n${authorization}\r\n`, '400'],
  'two Hosts': [get('/version', 'Host: y\r\n'), '400', '400 Bad Request'],
  'a name of a header that ends in a blank': [get('/version', 'X : a\r\n'), '400', '400 Bad Request'],
  'NUL in a header': [get('/version', 'X: a\0b\r\n'), '400', '400 Bad Request'],
  'a bare CR in a header': [get('/version', 'X: a\rb\r\n'), '400', '400 Bad Request'],
  'a folded header': [get('/version', 'X: a\r\n b\r\n'), '400', '400 Bad Request'],
  'HTTP/0.9': ['GET /version\r\n\r\n', '400', '400 Bad Request'],
  'HTTP/3.0': [`GET /version HTTP/3.0\r\n${host}\r\n`, '400', '400 Bad Request'],
  'no HTTP at all': ['\x16\x03\x01garbage\r\n\r\n', '400', '400 Bad Request'],
  'a blank in the target': [get('/ver sion'), '400', '400 Bad Request'],
  'NUL in the target': [get('/api/v1/namespaces/\0'), '400', '400 Bad Request'],
  'an absolute target': [get('http://evil.example/version'), '200', '"major"'],
  'an absolute target without a path': [get('http://evil.example'), '200', '"paths"'],
  'a target that is an authority': [get('evil.example:443'), '400', '400 Bad Request'],
  CONNECT: [`CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n`, '405', 'Method Not Allowed'],
  TRACE: [`TRACE /version HTTP/1.1\r\n${host}${authorization}\r\n`, '405', noMethod],
  PROPFIND: [`PROPFIND /api/v1/namespaces/default HTTP/1.1\r\n${host}${authorization}\r\n`, '405', noMethod],
  'POST of a path that is read only': [`POST /version HTTP/1.1\r\n${host}${authorization}\r\n`, '405', noMethod],
  'an unknown method': [`FOO ${maps} HTTP/1.1\r\n${host}${authorization}\r\n`, '400', '400 Bad Request'],
  'Content-Length and Transfer-Encoding': [
    post(`19\r\n${map}\r\n0\r\n\r\n`, 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'),
    '501',
    'Unsupported transfer encoding',
  ],
  'an unknown Transfer-Encoding': [post('0\r\n\r\n', 'Transfer-Encoding: xchunked\r\n'), '501'],
  'two Content-Lengths': [post(map, `${length}Content-Length: 3\r\n`), '400', '400 Bad Request'],
  'a Content-Length below zero': [post(map, 'Content-Length: -1\r\n'), '400', '400 Bad Request'],
  'a Content-Length beyond numbers': [post(map, 'Content-Length: 99999999999999999999\r\n'), '400'],
  'a body that is announced too large': [post('', 'Content-Length: 4000000\r\n'), '413', 'limit is 3145728'],
  'a chunk of no size': [post(`zz\r\n${map}\r\n0\r\n\r\n`, 'Transfer-Encoding: chunked\r\n'), '400'],
  'a chunk beyond numbers': [post(`fffffffffffffffff\r\n${map}\r\n`, 'Transfer-Encoding: chunked\r\n'), '400'],
  'a compressed body': [post('\x1f\x8b\x08\0', 'Content-Encoding: gzip\r\nContent-Length: 4\r\n'), '400'],
  'requests one after the other': [get('/version') + get('/nope') + get('/version'), '200,404,200'],
  'a request inside of a body': [
    `GET /version HTTP/1.1\r\n${host}${authorization}Content-Length: 34\r\n\r\nGET /metrics HTTP/1.1\r\nHost: x\r\n\r\n`,
    '200',
    '"major"',
  ],
  '..': [get(`${maps}/..`), '400', `Name parameter invalid: \\"..\\": may not be '..'`],
  '%2e%2e': [get(`${maps}/%2e%2e`), '400', `Name parameter invalid: \\"..\\": may not be '..'`],
  'a name with %': [get(`${maps}/a%25b`), '400', `Name parameter invalid: \\"a%b\\": may not contain '%'`],
  'a slash that is encoded is one': [get(`${maps}/a%2Fb`), '404', noPath],
  '.. as a namespace': [get('/api/v1/namespaces/../nodes'), '404', noPath],
  'an empty segment': [get('/api/v1//namespaces'), '404', noPath],
  'two slashes at the beginning': [get('//api/v1/namespaces'), '404', '404 page not found'],
  'a % of nothing': [get('/api/v1/namespaces/%zz'), '400', '400 Bad Request'],
  'bytes that are no text': [get('/api/v1/namespaces/%ff'), '404', 'not found'],
  '%00': [get('/api/v1/namespaces/%00'), '404', 'not found'],
  'a name of 3,000 bytes': [get(`/api/v1/namespaces/${'a'.repeat(3000)}`), '404', 'not found'],
  'a WebSocket: a frame that is not masked': [webSocket('\x81\x02hi'), '101'],
  'a WebSocket: a frame of an exabyte': [webSocket('\x82\xff\x0f\0\0\0\0\0\0\0mask'), '101'],
  'a WebSocket: a frame larger than it takes': [webSocket('\x82\xff\0\0\0\0\x7f\0\0\0mask'), '101'],
  'a WebSocket of another version': [get(`${maps}?watch=1`, webSocketHeaders.replace('13', '7')), '400'],
  '# in a path': [get('/version#x'), '404', '404 page not found'],
}

const test = base.extend('ports', { scope: 'file' }, ({ server }) => ({
  plain: Number(new URL(server.url).port),
  secure: Number(new URL(server.secureUrl ?? '').port),
}))

/** All that comes back, until the server closes or has answered as often as is expected. */
function exchange(port: number, secure: boolean, bytes: string, answers: number): Promise<string> {
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }
    let text = ''
    const socket = secure ? tls.connect(options) : net.connect(options)
    socket.once(secure ? 'secureConnect' : 'connect', () => socket.write(bytes, 'latin1'))
    socket.setEncoding('latin1').on('data', (part: string) => {
      text += part
      if (isWhole(text, answers)) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

function isWhole(text: string, answers: number): boolean {
  const heads = [...text.matchAll(/HTTP\/1\.1 \d+ /g)]
  if (heads.length < answers) return false
  const last = text.slice(heads.at(-1)?.index)
  const end = last.indexOf('\r\n\r\n')
  const announced = /content-length: (\d+)/i.exec(last)?.[1]
  return end >= 0 && announced !== undefined && last.length >= end + 4 + Number(announced)
}

describe.for(['plain', 'secure'] as const)('%s: bytes that are no good request', (which) => {
  test.for(Object.entries(table))('%s', async ([, [bytes, codes, text = '']], { ports }) => {
    const answered = await exchange(ports[which], which === 'secure', bytes, codes.split(',').length)
    expect([...answered.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, code]) => code).join()).toBe(codes)
    expect(answered).toContain(text)
  })
})
