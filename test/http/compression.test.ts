import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { takesGzip } from '../../src/http/compress.js'
import { startServer } from '../support/server.js'

interface Raw {
  encoding: string | undefined
  body: Buffer
}

function get(url: string, acceptEncoding: string): Promise<Raw> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { 'accept-encoding': acceptEncoding } }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => resolve({ encoding: answer.headers['content-encoding'], body: Buffer.concat(chunks) }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('C20: answers', () => {
  it('of 128 KiB and more are compressed for who takes gzip, smaller ones are not', async () => {
    const server = await startServer({ args: ['--backend=memory'] })
    const pizzas = '/apis/restaurant.wukong.com/v1beta1/namespaces/default/pizzas'
    const annotations = { pad: 'x'.repeat(20_000) }
    for (let i = 0; i < 20; i++) {
      const pizza = {
        apiVersion: 'restaurant.wukong.com/v1beta1',
        kind: 'Pizza',
        metadata: { name: `p${i}`, annotations },
      }
      expect((await server.api.post(pizzas, pizza)).status).toBe(201)
    }
    const plain = await get(`${server.url}${pizzas}`, 'identity')
    expect([plain.encoding, plain.body.length > 400_000]).toEqual([undefined, true])
    const compressed = await get(`${server.url}${pizzas}`, 'gzip')
    expect(compressed.encoding).toBe('gzip')
    expect(gunzipSync(compressed.body)).toEqual(plain.body)
    const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }
    expect((await server.api.get(`${pizzas}?includeObject=Object`, table)).status).toBe(200)
    expect((await get(`${server.url}${pizzas}/p0`, 'gzip')).encoding).toBeUndefined()
    await server.stop()
  })
})

describe('Accept-Encoding', () => {
  const cases: [string | undefined, boolean][] = [
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['deflate, gzip;q=0.5', true],
    ['gzip;q=0', false],
    ['gzip;q=0.0, deflate', false],
    ['gzip;q=1.0', true],
    ['xgzip', false],
    ['identity', false],
  ]
  for (const [header, expected] of cases) {
    it(`${header}: ${expected}`, () => expect(takesGzip(header)).toBe(expected))
  }
})
