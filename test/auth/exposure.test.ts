import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Exposure, exposureProblem } from '../../src/auth/exposure.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const folder = temporaryFolder()
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const sampleTokenFile = file('sample.csv', 'sample-1,admin,1,system:masters\nsample-2,dev,2\n')
const own = file('own.csv', 'mine,admin,1,system:masters\n')
const mixed = file('mixed.csv', 'mine,admin,1,system:masters\nsample-2,me,2\n')

describe('what may not be reached from other machines', () => {
  const cases: [string, Partial<Exposure>, RegExp | undefined][] = [
    ['loopback', { tokenAuthFile: sampleTokenFile }, undefined],
    [
      'all of loopback',
      { insecureAddress: '127.9.9.9', secureAddress: '::1', tokenAuthFile: sampleTokenFile },
      undefined,
    ],
    [
      'localhost by name',
      { insecureAddress: 'localhost', secureAddress: 'localhost', tokenAuthFile: sampleTokenFile },
      undefined,
    ],
    ['HTTPS everywhere without tokens', { secureAddress: '0.0.0.0' }, undefined],
    ['HTTPS everywhere with own tokens', { secureAddress: '::', tokenAuthFile: own }, undefined],
    [
      'HTTPS everywhere with the sample',
      { secureAddress: '0.0.0.0', tokenAuthFile: sampleTokenFile },
      /^--bind-address=0\.0\.0\.0 opens .*sample\.csv, line 1, has a token of the sample file/,
    ],
    [
      'HTTPS on one address with one of the sample',
      { secureAddress: '192.0.2.1', tokenAuthFile: mixed },
      /^--bind-address=192\.0\.2\.1 opens .*mixed\.csv, line 2,/,
    ],
    [
      'HTTP everywhere with local admin',
      { insecureAddress: '0.0.0.0' },
      /^--insecure-bind-address=0\.0\.0\.0 opens plain HTTP .* add --authn-allow-localhost=false/,
    ],
    [
      'HTTP everywhere without local admin',
      { insecureAddress: '::', allowLocalhost: false, tokenAuthFile: own },
      undefined,
    ],
    [
      'HTTP everywhere with the sample',
      { insecureAddress: '::', allowLocalhost: false, tokenAuthFile: sampleTokenFile },
      /^--insecure-bind-address=:: opens/,
    ],
    [
      'HTTP everywhere, HTTPS off',
      { insecureAddress: '0.0.0.0', secureAddress: undefined, allowLocalhost: true },
      /plain HTTP/,
    ],
    ['HTTP off', { insecureAddress: undefined, tokenAuthFile: sampleTokenFile }, undefined],
  ]
  test.each(cases)('%s', async (_name, changes, message) => {
    const problem = await exposureProblem({
      insecureAddress: '127.0.0.1',
      secureAddress: '127.0.0.1',
      allowLocalhost: true,
      tokenAuthFile: undefined,
      sampleTokenFile,
      ...changes,
    })
    if (message === undefined) expect(problem).toBeUndefined()
    else {
      expect(problem).toMatch(message)
      expect(problem).not.toMatch(/\n|sample-|mine/)
    }
  })
})
