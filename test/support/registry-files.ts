import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { load } from 'js-yaml'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from './eventually.js'
import type { HttpClient } from './http.js'

/** The files of one collection, as a person with an editor sees them. */
export interface Folder {
  readonly path: string
  file(name: string): string
  write(name: string, text: string): void
  read(name: string): string
  /** What the file says, as soon as `fits`. */
  told(name: string, fits: (object: KubeObject) => boolean): Promise<KubeObject>
}

export function pizzaFolder(root: string, namespace = 'default'): Folder {
  return folderAt(join(root, 'registry', 'restaurant.wukong.com', 'pizzas', namespace))
}

export function folderAt(path: string): Folder {
  const file = (name: string) => join(path, `${name}.yaml`)
  const read = (name: string) => readFileSync(file(name), 'utf8')
  return {
    path,
    file,
    read,
    write: (name, text) => {
      mkdirSync(dirname(file(name)), { recursive: true })
      writeFileSync(file(name), text)
    },
    told: (name, fits) =>
      eventually(`${file(name)} says so`, () => {
        const object = load(read(name)) as KubeObject
        return fits(object) ? object : undefined
      }),
  }
}

/** A manifest as short as can be. */
export function bareManifest(quantity: unknown = 1): string {
  return `apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nspec:\n  toppings:\n  - name: cheese\n    quantity: ${quantity}\n`
}

export interface Problem {
  readonly path: string
  readonly outcome: string
  readonly reason: string
  readonly line?: number
  readonly serverAhead: boolean
}

/** Files that are not served as they are. */
export async function fileProblems(api: HttpClient): Promise<readonly Problem[]> {
  const answer = await api.get('/wukong/files')
  if (answer.status !== 200) throw new Error(answer.text)
  return answer.json<{ files: Problem[] }>().files
}
