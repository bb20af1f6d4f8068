// Part of `npm run build`: what the fields of Kubernetes' kinds are for, in Kubernetes' own words, out of the typings of
// the published client @kubernetes/client-node (Apache-2.0) and into the built output; src/apis/facts/descriptions.ts
// reads it. The project itself holds none of that text.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const types = join(import.meta.dirname, 'types.txt')
const models = join(dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node')), 'gen/models')

/** Writes the descriptions to the file, unless it has them already. */
export function writeDescriptions(path) {
  if (!isCurrent(path)) writeFileSync(path, describe(readFileSync(types, 'utf8')))
}

function isCurrent(output) {
  if (!existsSync(output)) return false
  const made = statSync(output).mtimeMs
  return [types, join(models, 'all.d.ts'), import.meta.filename].every((path) => statSync(path).mtimeMs <= made)
}

/** A line for each type that has a description, one for each described field below it; the text is JSON. */
function describe(text) {
  const lines = []
  let pack = ''
  for (const line of text.split('\n')) {
    const [first = '', second = ''] = line.split(' ')
    if (first === '') continue
    if (first === 'package') {
      pack = second
      continue
    }
    const model = modelOf(pack, first)
    if (!model) continue
    lines.push(`${pack}.${first}\t${JSON.stringify(model.text ?? '')}`)
    for (const [field, said] of model.fields) lines.push(` ${field}\t${JSON.stringify(said)}`)
  }
  return `${lines.join('\n')}\n`
}

/** The client's class for the type: `V1Pod`, or `CoreV1Event` where several groups have one of that name. */
function modelOf(pack, type) {
  const [group = '', version = ''] = pack.split('.')
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1)
  const names = [`${capital(group)}${capital(version)}${type}`, `${capital(version)}${type}`]
  const path = names.map((name) => join(models, `${name}.d.ts`)).find((found) => existsSync(found))
  return path && readModel(readFileSync(path, 'utf8'))
}

function readModel(source) {
  const fields = new Map()
  let text
  for (const [, comment, name] of source.matchAll(
    /\/\*\*\n((?:\s*\*[^\n]*\n)+?)\s*\*\/\s*(?:'([^']+)'\??:|export declare class)/g,
  )) {
    const said = comment
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, ''))
      .join('\n')
      .trim()
      .replace(/\\(["'\\])/g, '$1')
    if (name === undefined) text = said
    else fields.set(fieldName(name), said)
  }
  return { text, fields }
}

/** What JavaScript can't name has other characters in the class: `_continue`, `x_kubernetes_list_type`. */
function fieldName(name) {
  return name.startsWith('x_kubernetes') ? name.replaceAll('_', '-') : name.replace(/^_/, '')
}
