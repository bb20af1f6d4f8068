import { expect, it } from 'vitest'
import { InflightLimits } from '../../src/http/inflight-limits.js'
import { parseRequestInfo } from '../../src/meta/request-info.js'

const maps = '/api/v1/namespaces/default/configmaps'
const info = (method: string, path: string) => parseRequestInfo(method, path, new URLSearchParams())
const plain = { name: 'plain', groups: ['system:authenticated'] }
const admin = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }
const short = {
  code: 503,
  reason: 'ServiceUnavailable',
  message: 'the server is short of memory, please try again later',
  details: { retryAfterSeconds: 1 },
}

it('when memory is short nothing is begun that takes some, but for those who can see to it', () => {
  let inUse = 0.93
  const fresh = () => new InflightLimits({ readOnly: 0, mutating: 0, watchesPerUser: 0 }, () => inUse)
  const limits = fresh()
  const refused = (method: string, path: string) => {
    try {
      limits.enter(info(method, path), plain)()
      return undefined
    } catch (error) {
      return (error as { status: unknown }).status
    }
  }
  for (const [method, path] of [
    ['GET', maps],
    ['POST', maps],
    ['PATCH', `${maps}/a`],
  ] as const) {
    expect([method, refused(method, path)]).toEqual([method, expect.objectContaining(short)])
  }
  expect(refused('DELETE', `${maps}/a`)).toBeUndefined()
  expect(refused('GET', '/readyz')).toBeUndefined()
  expect(() => limits.enter(info('POST', maps), admin)).not.toThrow()
  inUse = 0.5
  expect(() => fresh().enter(info('POST', maps), plain)).not.toThrow()
})
