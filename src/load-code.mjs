/**
 * Lies in dist: loads the script that the build has made of all code. V8's compiled form of it, which the build leaves
 * beside it, saves a start more than a third of its time; another V8 than the build's compiles the text.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Script } from 'node:vm'

const place = new URL('./@code.cjs', import.meta.url)
/** Another processor or V8 does not look at it. */
export const compiledPlace = new URL(`./@code-${process.arch}-${process.versions.v8}.bin`, import.meta.url)

function compiled() {
  try {
    return readFileSync(compiledPlace)
  } catch {
    return undefined
  }
}

// The build has made sure that it is ASCII.
export const script = new Script(readFileSync(place, 'latin1'), {
  filename: fileURLToPath(place),
  cachedData: compiled(),
})

/** By an entry point's path what runs it, the first time, and answers with what it exports. */
export const code = {}
const module = { exports: {} }
script.runInThisContext()(module, createRequire(place), place.href, (url) => import(url))
Object.assign(code, module.exports)
