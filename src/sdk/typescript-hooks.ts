import { readFile } from 'node:fs/promises'

/** Hooks of Node's module loader (module.register): modules in TypeScript are loaded with their types taken out. */

interface Resolved {
  readonly url: string
}

interface Loaded {
  readonly format: string
  readonly source?: string | Uint8Array
  readonly shortCircuit?: boolean
}

/** An import of `./a.js` beside which there is only `a.ts` means that: so TypeScript wants it written. */
export async function resolve(
  specifier: string,
  context: object,
  next: (specifier: string, context: object) => Promise<Resolved>,
): Promise<Resolved> {
  try {
    return await next(specifier, context)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND' || !/^\.{0,2}\/.*\.js$/.test(specifier))
      throw error
    return next(specifier.replace(/js$/, 'ts'), context).catch(() => Promise.reject(error))
  }
}

/** @throws Error for what is more than types, such as an enum */
export async function load(
  url: string,
  context: object,
  next: (url: string, context: object) => Promise<Loaded>,
): Promise<Loaded> {
  if (!url.startsWith('file:') || !/\.m?ts$/.test(new URL(url).pathname)) return next(url, context)
  const { transformSync } = await import('amaro')
  const text = await readFile(new URL(url), 'utf8')
  try {
    const { code } = transformSync(text, { mode: 'strip-only' })
    return { format: 'module', source: code, shortCircuit: true }
  } catch (error) {
    // What it throws is a text of several lines, or an object with one.
    const { message = error } = error as { message?: unknown }
    throw new SyntaxError(`${url}: ${String(message).trim().split('\n').slice(0, 3).join(' ')}`)
  }
}
