import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import type { KubeObject, OwnerReference } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import { created, done } from '../support/expect-answer.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { fileProblems, pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { startServer, type TestServer } from '../support/server.js'

it('git checkout back to a branch whose namespaces are on their way out brings all of it back', async () => {
  const server = await startServer()
  const { api, root } = server
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, encoding: 'utf8' })
  const make = maker(api)
  const names = async (namespace: string) =>
    (await api.get(restaurant.pizzas(namespace))).json<ListBody>().items.map(({ metadata }) => metadata.name)
  const phase = async (namespace: string) => {
    const answer = await api.get(`/api/v1/namespaces/${namespace}`)
    return answer.status === 404 ? 'gone' : answer.json<KubeObject & { status: { phase: string } }>().status.phase
  }

  git('init', '-q', '-b', 'empty')
  git('commit', '-q', '--allow-empty', '-m', 'empty')
  git('checkout', '-q', '-b', 'full')
  await makeOwned(server)
  git('add', '-A', 'registry/core/namespaces/free.yaml', 'registry/core/namespaces/stuck.yaml')
  git('add', '-A', 'registry/restaurant.wukong.com/pizzas/free', 'registry/restaurant.wukong.com/pizzas/stuck')
  git('commit', '-q', '-m', 'full')
  created(await make('stuck', 'held', { finalizers: ['wukong.com/hold'] }))
  await pizzaFolder(root, 'stuck').told('held', () => true)

  git('checkout', '-q', 'empty')
  await eventually('one is gone', async () => (await phase('free')) === 'gone')
  await eventually('one is stuck', async () => {
    return (await phase('stuck')) === 'Terminating' && (await names('stuck')).join() === 'held'
  })
  // Over what the server has put there meanwhile.
  git('checkout', '-q', '-f', 'full')
  await eventually('what can be back is', async () => (await names('free')).join() === 'a-dependent,owner')
  await eventually('the rest waits', async () => {
    const problems = await fileProblems(api)
    expect(problems.map(({ path, outcome }) => `${path} ${outcome}`)).toEqual(
      [
        'core/namespaces/stuck',
        ...['a-dependent', 'owner'].map((name) => `restaurant.wukong.com/pizzas/stuck/${name}`),
      ].map((path) => `registry/${path}.yaml waiting`),
    )
    return true
  })
  done(await api.patch(`${restaurant.pizzas('stuck')}/held`, { metadata: { finalizers: null } }))
  await eventually('all of it is back', async () => {
    expect(await fileProblems(api)).toEqual([])
    expect(await phase('stuck')).toBe('Active')
    return (await names('stuck')).join() === 'a-dependent,owner'
  })
  for (const namespace of ['free', 'stuck']) {
    const read = async (name: string) => done(await api.get(`${restaurant.pizzas(namespace)}/${name}`)).metadata
    // Owners have new uids, and what they own follows them: it is no garbage.
    await eventually('owners are followed', async () => {
      const owner = (await read('a-dependent')).ownerReferences?.[0]
      return owner?.uid === (await read('owner')).uid
    })
  }
  // Nothing that the branch has is missing.
  expect(
    git('status', '--porcelain')
      .split('\n')
      .filter((line) => line.startsWith(' D')),
  ).toEqual([])
  await server.stop()
})

const maker =
  (api: HttpClient) =>
  (namespace: string, name: string, metadata: Record<string, unknown> = {}) =>
    api.post(restaurant.pizzas(namespace), pizza(name, metadata))

/** Two namespaces, and in each a pizza that owns another one; resolves when their files are there. */
async function makeOwned({ api, root }: TestServer): Promise<void> {
  const make = maker(api)
  for (const namespace of ['free', 'stuck']) {
    created(
      await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
    )
    const { metadata } = created(await make(namespace, 'owner'))
    const owner: OwnerReference = {
      ...{ apiVersion: 'restaurant.wukong.com/v1alpha1', kind: 'Pizza' },
      ...{ name: 'owner', uid: metadata.uid ?? '' },
    }
    created(await make(namespace, 'a-dependent', { ownerReferences: [owner] }))
    for (const name of ['owner', 'a-dependent']) await pizzaFolder(root, namespace).told(name, () => true)
  }
}
