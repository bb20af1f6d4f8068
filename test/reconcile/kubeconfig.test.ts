import { writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadConnection } from '../../src/reconcile/kubeconfig.js'
import { temporaryFolder } from '../support/temporary-folder.js'

const config = (cluster: object, user: object = {}) => ({
  'current-context': 'c',
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'team' } }],
  clusters: [{ name: 'c', cluster }],
  users: [{ name: 'u', user }],
})

function file(content: unknown): string {
  const path = join(temporaryFolder(), 'config')
  writeFileSync(path, JSON.stringify(content))
  return path
}

describe('a kubeconfig', () => {
  const before = process.env.KUBECONFIG
  beforeEach(() => {
    process.env.KUBECONFIG = file(config({ server: 'http://of-the-environment' }))
  })
  afterEach(() => {
    if (before === undefined) delete process.env.KUBECONFIG
    else process.env.KUBECONFIG = before
  })

  it('that is named goes before that of the environment; an empty name is none', async () => {
    const path = file(config({ server: 'https://named' }, { token: ' t\n' }))
    expect(await loadConnection(path)).toEqual({ server: 'https://named', token: 't', namespace: 'team' })
    expect(await loadConnection('')).toMatchObject({ server: 'http://of-the-environment' })
    expect(await loadConnection()).toMatchObject({ server: 'http://of-the-environment' })
  })

  it.each<[why: string, content: unknown, says: string]>([
    ['no object', 'text', 'is no kubeconfig'],
    ['no such context', { ...config({ server: 'http://a' }), 'current-context': 'd' }, 'has no context "d"'],
    ['no server', config({}), 'the cluster has no server'],
    ['a program', config({ server: 'http://a' }, { exec: {} }), 'programs that make credentials are not run'],
  ])('is refused: %s', async (_why, content, says) => {
    const path = file(content)
    await expect(loadConnection(path)).rejects.toThrow(new RegExp(`^${path}.* ${says}$`))
  })

  it('of several files: the first that says something counts, one that is missing does not', async () => {
    const user = file({ users: [{ name: 'u', user: { tokenFile: 'token' } }] })
    writeFileSync(join(dirname(user), 'token'), 'beside it\n')
    const rest = file(config({ server: 'http://a' }, { token: 'later' }))
    process.env.KUBECONFIG = ['/nowhere/config', user, '', rest].join(delimiter)
    const { server, token, namespace } = await loadConnection()
    expect({ server, namespace }).toEqual({ server: 'http://a', namespace: 'team' })
    expect(await (token as () => Promise<string>)()).toBe('beside it')
    process.env.KUBECONFIG = ['/nowhere/a', '/nowhere/b'].join(delimiter)
    await expect(loadConnection()).rejects.toThrow("/nowhere/a can't be read")
    process.env.KUBECONFIG = [rest, file('text')].join(delimiter)
    await expect(loadConnection()).rejects.toThrow('is no kubeconfig')
  })

  it('that is not there is named', async () => {
    await expect(loadConnection('/nowhere/config')).rejects.toThrow(
      "kubeconfig /nowhere/config can't be read: there is no such file",
    )
  })
})
