import { describe, expect, it } from 'vitest'
import { identityHeaders } from '../../src/aggregation/identity-headers.js'
import { KeptAnswers } from '../../src/aggregation/kept-answers.js'
import { headersBelow } from '../../src/auth/raw-headers.js'

describe('answers of another server', () => {
  it('are asked for once, by however many at the same time, and kept', async () => {
    const answers = new KeptAnswers<number>()
    let asked = 0
    const ask = async () => ++asked
    const together = await Promise.all(Array.from({ length: 100 }, () => answers.get('a', ask)))
    expect([...new Set(together), answers.get('a', ask), await answers.get('b', ask)]).toEqual([1, 1, 2])
  })

  it('are not kept when they are errors', async () => {
    const answers = new KeptAnswers<string>()
    const failing = Promise.all([1, 2].map(() => answers.get('a', () => Promise.reject(new Error('gone')))))
    await expect(failing).rejects.toThrow('gone')
    expect(await answers.get('a', async () => 'there')).toBe('there')
  })

  it('are asked for by 50 at once at most', async () => {
    const answers = new KeptAnswers<number>()
    let [now, most] = [0, 0]
    const ask = async () => {
      most = Math.max(most, ++now)
      await new Promise(setImmediate)
      return now--
    }
    await Promise.all(Array.from({ length: 200 }, (_, i) => answers.get(String(i), ask)))
    expect(most).toBe(50)
  })
})

describe('for whom a server asks', () => {
  it('arrives as it was said, in any script', () => {
    const headers = identityHeaders({ name: 'jürgen 猫', groups: ['köche', 'b'], extra: { 'a/b %': ['é'] } })
    const raw = Object.entries(headers).flatMap(([name, values]) =>
      [values].flat().flatMap((one) => [name, String(one)]),
    )
    expect(headersBelow('x-remote-user', raw).get('')).toEqual(['jürgen 猫'])
    expect(headersBelow('x-remote-group', raw).get('')).toEqual(['köche', 'b'])
    expect([...headersBelow('x-remote-extra-', raw)]).toEqual([['a%2fb%20%25', ['é']]])
  })
})
