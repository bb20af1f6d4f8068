import { readFileSync } from 'node:fs'
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

test('README names all flags', () => {
  const text = page('README.md')
  const flags = [...serveFlagGroups().values()].flat().map(({ short, long }) => short ?? long ?? '')
  // Those of a front proxy are named together.
  const named = (flag: string) =>
    text.includes(`\`${flag.replace(/^--requestheader-(?!client).*/, '--requestheader-*')}\``)
  expect(flags.filter((flag) => !named(flag))).toEqual([])
})
