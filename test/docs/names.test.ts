import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serveFlagGroups } from '../../src/cli/flags.js'
import { controllerNames, simulatedControllerNames } from '../../src/controllers/names.js'
import { projectFolder } from '../support/project-folder.js'

const page = (path: string) => readFileSync(join(projectFolder, path), 'utf8')

test('docs/workloads.md names all controllers', () => {
  const text = page('docs/workloads.md')
  expect([...controllerNames, ...simulatedControllerNames].filter((name) => !text.includes(`\`${name}\``))).toEqual([])
})

test('docs/ARCHITECTURE.md names all folders of src, and nothing that there is not', () => {
  const text = page('docs/ARCHITECTURE.md')
  const entries = readdirSync(join(projectFolder, 'src'), { recursive: true, withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory() && entry.parentPath === join(projectFolder, 'src'))
  expect(folders.map(({ name }) => `src/${name}`).filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  const paths = entries.map((entry) => `/${join(entry.parentPath, entry.name)}${entry.isDirectory() ? '/' : ''}`)
  const named = [...text.matchAll(/`([\w/.-]+(?:\.ts|\.mjs|(?<=^|[a-z])\/))`/g)].map(([, name = '']) => name)
  expect(named.length).toBeGreaterThan(50)
  const isThere = (name: string) =>
    paths.some((path) => path.endsWith(`/${name}`)) || existsSync(join(projectFolder, name))
  expect(named.filter((name) => !isThere(name))).toEqual([])
})

test('README names all flags', () => {
  const text = page('README.md')
  const flags = [...serveFlagGroups().values()].flat().map(({ short, long }) => short ?? long ?? '')
  // Those of a front proxy are named together.
  const named = (flag: string) =>
    text.includes(`\`${flag.replace(/^--requestheader-(?!client).*/, '--requestheader-*')}\``)
  expect(flags.filter((flag) => !named(flag))).toEqual([])
})
