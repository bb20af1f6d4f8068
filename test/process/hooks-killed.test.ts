import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.js'
import { startAgain, startServer } from '../support/server.js'
import { box, boxes, tellingModule } from '../support/telling-module.js'

test('a server that was killed tells what it had not told', async () => {
  const { module, told } = tellingModule()
  const args = [`--apis=${module}`, '--controllers=']
  const first = await startServer({ args })
  await first.api.post(boxes, box('old', 'o'))
  await eventually('it is told', () => told().length === 1)
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => first.api.post(boxes, box(`n${i}`, `${i}`))))
  await first.kill()
  expect(answers.every(({ status }) => status === 201)).toBe(true)
  const second = await startAgain(first, { args })
  await second.api.post(boxes, box('last', 'l'))
  await eventually('the last one is told', () => told().includes('created last'))
  const wanted = ['created old', ...Array.from({ length: 40 }, (_, i) => `created n${i}`), 'created last']
  expect(new Set(told())).toEqual(new Set(wanted))
  expect(told().at(-1)).toBe('created last')
  await second.stop()
})
