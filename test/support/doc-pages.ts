import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { projectFolder } from './project-folder.js'

/** The files that the pages' code in TypeScript stands for: their first line says which; a folder a page. */
export const codeFolder = join(projectFolder, '.cache', 'docs')

const pages = () => {
  const named = readdirSync(join(projectFolder, 'docs')).filter((name) => name.endsWith('.md'))
  return [...named.map((name) => `docs/${name}`), 'README.md', 'SECURITY.md'].sort()
}

/** Writes them anew. @throws Error for a block that does not say its file */
export function writeCode(): string[] {
  rmSync(codeFolder, { recursive: true, force: true })
  return pages().flatMap((page) => {
    const text = readFileSync(join(projectFolder, page), 'utf8')
    return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = '']) => {
      const name = /^\/\/ ([\w.-]+\.ts)\n/.exec(code)?.[1]
      if (name === undefined)
        throw new Error(`${page}: a block must begin with its file, such as // lamps.ts:\n${code}`)
      const path = join(codeFolder, basename(page, '.md'), name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, code)
      return path
    })
  })
}

/** Lines of the pages that call one of the package's commands, with what they end with taken off. */
export function commandLines(): { page: string; command: string; args: string[] }[] {
  return pages().flatMap((page) => {
    const text = readFileSync(join(projectFolder, page), 'utf8').replaceAll('\\\n', ' ')
    return [...text.matchAll(/^(?: {4}|\$ )?(wukong-apiserver|wukong-controller-manager) (.*)$/gm)].map(
      ([, command = '', rest = '']) => ({
        ...{ page, command },
        args: rest
          .replace(/\s[#&|>].*$|\s&&.*$/, '')
          .trim()
          .split(/\s+/),
      }),
    )
  })
}
