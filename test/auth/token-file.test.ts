import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTokenFile } from '../../src/auth/token-file.js'
import { silentLog } from '../../src/meta/log.js'
import { eventually } from '../support/eventually.js'
import { temporaryFolder } from '../support/temporary-folder.js'

function fileWith(text: string): string {
  const path = join(temporaryFolder(), 'tokens.csv')
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

async function lookUp(text: string, token: string) {
  const file = await openTokenFile(fileWith(text), silentLog)
  file.stop()
  return file.authenticateToken(token, ['here'])
}

describe('forms of a token file', () => {
  const cases: [string, string, string, object | undefined][] = [
    ['three columns', 't,alice,u1', 't', { name: 'alice', uid: 'u1', groups: [] }],
    [
      'groups in one quoted column',
      't,alice,u1,"devs,qa"\n',
      't',
      { name: 'alice', uid: 'u1', groups: ['devs', 'qa'] },
    ],
    ['one group', 't,alice,u1,devs', 't', { name: 'alice', uid: 'u1', groups: ['devs'] }],
    [
      'space and nothing between groups',
      't,alice,u1,"devs, qa,,"',
      't',
      { name: 'alice', uid: 'u1', groups: ['devs', 'qa'] },
    ],
    ['no uid', 't,alice,', 't', { name: 'alice', groups: [] }],
    ['further columns', 't,alice,u1,devs,x,y', 't', { name: 'alice', uid: 'u1', groups: ['devs'] }],
    ['everything quoted', '"t","al""ice","u,1"', 't', { name: 'al"ice', uid: 'u,1', groups: [] }],
    [
      'empty lines, CRLF, a byte order mark',
      '\uFEFF\r\n\r\nt,a,u\r\n\r\ns,b,v\r\n',
      's',
      { name: 'b', uid: 'v', groups: [] },
    ],
    ['the last duplicate counts', 't,a,u\nt,b,v\n', 't', { name: 'b', uid: 'v', groups: [] }],
    ['another token', 't,a,u', 'T', undefined],
    ['the empty token', 't,a,u', '', undefined],
    ['an empty file', '', 't', undefined],
    ['a property every object has', 't,a,u', '__proto__', undefined],
  ]
  test.each(cases)('%s', async (_name, text, token, user) =>
    expect(await lookUp(text, token)).toEqual(user && { user }),
  )
})

describe('what is wrong is named by file and line', () => {
  const cases: [string, string, RegExp][] = [
    [
      'two columns',
      't,a,u\n\ns,b\n',
      /tokens\.csv, line 3: must have at least 3 columns \(token, user name, user uid\), found 2$/,
    ],
    ['one column', 'secret', /line 1: must have at least 3 columns .*, found 1$/],
    ['no token', 't,a,u\n,b,v', /line 2: the token is empty$/],
    ['no user', 't,,u', /line 1: the user name is empty$/],
    ['a stray quote', 't,a,u\ns,b"c,v', /line 2: a quote inside a field, or one that is not closed$/],
    ['an open quote', 't,a,u,"devs\n\n', /line 1: a quote inside a field, or one that is not closed$/],
    ['a record over two lines before it', 't,"a\nb",u\ns,b', /line 3: must have/],
  ]
  test.each(cases)('%s', async (_name, text, message) => {
    const failure = await openTokenFile(fileWith(text), silentLog).catch((error: Error) => error)
    expect(failure).toBeInstanceOf(Error)
    expect((failure as Error).message).toMatch(message)
    expect((failure as Error).message).not.toMatch(/secret/)
  })

  test('a file that is not there', async () => {
    await expect(openTokenFile('/nowhere/tokens.csv', silentLog)).rejects.toThrow(
      "token file /nowhere/tokens.csv can't be read: ENOENT",
    )
  })

  test('a duplicate is a warning without the token', async () => {
    const warnings: unknown[][] = []
    const log = { ...silentLog, warn: (...warning: unknown[]) => warnings.push(warning) }
    const path = fileWith('t0ken,a,u\nt0ken,b,v\n')
    ;(await openTokenFile(path, log)).stop()
    expect(warnings).toEqual([['duplicate token in the token file: the last one counts', { path, line: 2 }]])
  })
})

describe('a file that changes', () => {
  function logging() {
    const said: [string, string, unknown][] = []
    const note = (level: string) => (text: string, facts?: unknown) => void said.push([level, text, facts])
    return { said, log: { ...silentLog, info: note('info'), warn: note('warn'), error: note('error') } }
  }

  test('is read anew; a broken one is told of once and changes nothing', async () => {
    const { said, log } = logging()
    const path = fileWith('one,alice,u1\n')
    const file = await openTokenFile(path, log)
    const known = (token: string) => file.authenticateToken(token, []) !== undefined
    try {
      writeFileSync(path, 'two,alice,u1\n')
      await eventually('the new token is good', async () => known('two') || undefined)
      expect(known('one')).toBe(false)
      writeFileSync(path, 'three\n')
      await eventually('it is told', async () => said.some(([level]) => level === 'error') || undefined)
      expect(known('two')).toBe(true)
      expect(JSON.stringify(said)).not.toContain('three')
      rmSync(path)
      await eventually('it is told', async () => said.filter(([level]) => level === 'error').length === 2 || undefined)
      expect(known('two')).toBe(true)
      writeFileSync(`${path}.new`, 'four,bob,u2\n', { mode: 0o600 })
      renameSync(`${path}.new`, path)
      await eventually('the file put in its place is used', async () => known('four') || undefined)
    } finally {
      file.stop()
    }
  })

  test.runIf(process.platform !== 'win32')('is warned of when others can read it', async () => {
    const { said, log } = logging()
    const path = fileWith('one,alice,u1\n')
    chmodSync(path, 0o640)
    ;(await openTokenFile(path, log)).stop()
    expect(said).toEqual([
      ['warn', 'others on this machine can read or change the token file: chmod 600', { path, mode: '640' }],
    ])
  })
})
