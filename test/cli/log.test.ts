import { describe, expect, test } from 'vitest'
import { jsonLog, terminalLog } from '../../src/cli/log.js'

const at = new Date('2030-01-02T03:04:05')

function onTerminal(verbosity = 0) {
  const lines: string[] = []
  return {
    lines,
    log: terminalLog(
      (line) => lines.push(line),
      verbosity,
      () => at,
    ),
  }
}

describe('on a terminal', () => {
  test('a readable line an event', () => {
    const { lines, log } = onTerminal()
    log.warn('a file is not served', { path: 'registry/a b.yaml', line: 3, reason: 'bad "x"', since: undefined })
    log.info('ready')
    expect(lines).toEqual([
      '03:04:05 warn  a file is not served  path="registry/a b.yaml" line=3 reason="bad \\"x\\"" since=undefined\n',
      '03:04:05 info  ready\n',
    ])
  })

  test('what others named stays on its line and moves no cursor', () => {
    const { lines, log } = onTerminal()
    log.error('a\nb\u001b[2Jc\u202e', { name: 'x\r\n03:04:05 info  forged', control: '\u009b2J', list: ['\u001b'] })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/)
  })

  test('any value', () => {
    const { lines, log } = onTerminal()
    log.info('x', { big: 2n ** 60n, error: new Error('broken'), none: null, object: { a: 1 } })
    expect(lines[0]).toBe('03:04:05 info  x  big="1152921504606846976" error="broken" none=null object={"a":1}\n')
  })
})

test('elsewhere JSON', () => {
  const lines: string[] = []
  const log = jsonLog({ write: (line: string) => lines.push(line) }, 0)
  log.error('a\nb', { path: 'p' })
  expect(lines).toHaveLength(1)
  const { time, ...event } = JSON.parse(lines[0] ?? '') as Record<string, unknown>
  expect(event).toEqual({ level: 'error', msg: 'a\nb', path: 'p' })
  expect(new Date(String(time)).getTime()).toBeGreaterThan(0)
})

test.each([
  [0, []],
  [3, ['3']],
  [9, ['3', '4']],
])('-v=%i shows %j', (verbosity, shown) => {
  const { lines, log } = onTerminal(verbosity)
  for (const level of [3, 4, 10]) log.verbose(level, String(level))
  expect(lines.map((line) => line.trim().split(' ').at(-1))).toEqual(shown)
  expect([3, 4, 10].filter((level) => log.shows(level)).map(String)).toEqual(shown)
})
