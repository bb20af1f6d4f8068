import { execFileSync } from 'node:child_process'
import { describe, expect } from 'vitest'
import { eventually } from '../support/eventually.js'
import { test as it } from '../support/kubectl-test.js'
import { pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant } from '../support/restaurant.js'

const commented = `# The one on the menu's first page.
kind: Pizza
apiVersion: restaurant.wukong.com/v1beta1
metadata:
    name: commented
    labels:
        menu: "first"   # page
spec:
    toppings:
        # cheese goes below
        - name: cheese
          quantity: 2 # not more
`

describe('git diff after kubectl', () => {
  it('shows the label and nothing else, in a file with comments and in one of the server’s', async ({
    api,
    server: { root },
    kubectl,
  }) => {
    const folder = pizzaFolder(root)
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: root, encoding: 'utf8' })
    const changed = () =>
      git('diff', '-U0')
        .split('\n')
        .filter((line) => /^[+-](?![+-])/.test(line))
    folder.write('commented', commented)
    await api.post(restaurant.pizzas(), pizza('plain', { labels: { menu: 'first' } }))
    for (const name of ['commented', 'plain']) await folder.told(name, ({ metadata }) => metadata.uid !== undefined)
    for (const line of commented.split('\n')) expect(folder.read('commented')).toContain(line)
    git('init', '-q')
    git('add', '-A')
    git('commit', '-q', '-m', 'all')

    await kubectl.ok('label pizzas commented plain course=main')
    await eventually('the labels are in the files', () => changed().length === 2)
    expect(changed()).toEqual(['+        course: main', '+    course: main'])
    expect(git('status', '--short').trim().split('\n')).toHaveLength(2)

    git('commit', '-q', '-a', '-m', 'labelled')
    await kubectl.ok('label pizzas commented plain menu=last --overwrite')
    await eventually('the labels are in the files', () => changed().length === 4)
    expect(changed().slice(0, 2)).toEqual(['-        menu: "first"   # page', '+        menu: "last"   # page'])
    await kubectl.ok('label pizzas commented plain menu=first --overwrite')
    await eventually('nothing is left of it', () => changed().length === 0)
  })
})
