import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { stringifyJson } from '../../src/codec/json.js'
import { stringifyYaml } from '../../src/codec/yaml.js'
import { findGo } from '../support/go-program.js'
import { requireProgram } from '../support/require-program.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { scalarCases, structureCases, type YamlCase } from './yaml-cases.js'
import { anyValue } from './yaml-values.js'

const module = join(import.meta.dirname, 'yaml-go')

it("Kubernetes' own YAML reader reads the same", { timeout: 300_000 }, (context) => {
  const go = requireProgram(findGo(module), context)
  const written = fc.sample(anyValue, 5000).map((value): YamlCase => ({ yaml: stringifyYaml(value), value }))
  const documents = [...scalarCases, ...structureCases, ...written].map(({ yaml, value, duplicates }) => ({
    yaml,
    json: stringifyJson(value),
    duplicates: duplicates ?? [],
  }))
  const file = join(temporaryFolder(), 'documents.json')
  writeFileSync(file, JSON.stringify(documents))
  const run = spawnSync(go, ['test', '-count=1', '-v', './...'], {
    cwd: module,
    encoding: 'utf8',
    env: { ...process.env, YAML_DOCUMENTS: file },
  })
  expect(run.stdout + run.stderr).toContain(`${documents.length} documents`)
  expect(run.status, run.stdout).toBe(0)
})
