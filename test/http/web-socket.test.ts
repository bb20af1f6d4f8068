import { once } from 'node:events'
import { request } from 'node:http'
import { describe, expect } from 'vitest'
import { WebSocket } from 'ws'
import { core, lease } from '../support/core-objects.js'
import { created } from '../support/expect-answer.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const open = async (url: string, headers = {}) => {
  const socket = new WebSocket(url, { headers, rejectUnauthorized: false })
  const messages: { text: string; binary: boolean }[] = []
  socket.on('message', (data, binary) => messages.push({ text: data.toString(), binary }))
  await once(socket, 'open')
  const next = async () => {
    while (messages.length === 0) await once(socket, 'message')
    return messages.shift() as { text: string; binary: boolean }
  }
  return { socket, next }
}

describe('W16: a watch as a WebSocket', () => {
  it('tells an event a message, over either port', async ({ server, api, namespace }) => {
    const path = `${core.leases(namespace)}?watch=true`
    const urls = [server.url, server.secureUrl].map((url) => url.replace(/^http/, 'ws') + path)
    const watches = await Promise.all(urls.map((url) => open(url)))
    created(await api.post(core.leases(namespace), lease('x')))
    for (const { next, socket } of watches) {
      const { text, binary } = await next()
      expect(binary).toBe(false)
      expect(JSON.parse(text)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'x' } } })
      socket.close()
      await once(socket, 'close')
    }
    const accept = 'application/vnd.kubernetes.protobuf'
    const { next, socket } = await open(urls[0] ?? '', { accept })
    expect(await next()).toMatchObject({ binary: true, text: expect.stringContaining('k8s\0') })
    socket.terminate()
  })

  it('ends when its time is up', async ({ server, namespace }) => {
    const url = `${server.url.replace('http', 'ws')}${restaurant.pizzas(namespace)}?watch=true&timeoutSeconds=1`
    const { socket } = await open(url)
    await once(socket, 'close')
  })

  it('is refused like any other request', async ({ server }) => {
    const refused = async (path: string, headers = {}) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers })
      socket.on('error', () => {})
      const [, response] = await once(socket, 'unexpected-response')
      response.resume()
      return response.statusCode as number
    }
    const watch = `${core.leases('default')}?watch=true`
    expect(await refused(watch, { authorization: 'Bearer nobody' })).toBe(401)
    expect(await refused('/apis/no.such/v1/things?watch=true')).toBe(404)
    expect(await refused(`${watch}&resourceVersion=x`)).toBe(500)
    expect(await refused('/api/v1/namespaces/default')).toBe(200)
  })

  it('is refused when the handshake is none', async ({ api }) => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket' }
    const answer = await api.get(`${core.leases('default')}?watch=1`, headers)
    expect(answer.json()).toMatchObject({ code: 400, message: expect.stringContaining('Sec-WebSocket') })
  })

  it('other protocols are passed over, bodies and all', async ({ server, namespace }) => {
    const body = JSON.stringify(pizza('h2c'))
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }
    const sent = request(`${server.url}${restaurant.pizzas(namespace)}`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'content-length': body.length },
    })
    sent.write(body.slice(0, 20))
    setImmediate(() => sent.end(body.slice(20)))
    const [response] = await once(sent, 'response')
    response.resume()
    expect(response.statusCode).toBe(201)
  })
})
