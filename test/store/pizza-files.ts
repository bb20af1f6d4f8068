import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KubeObject } from '../../src/meta/object.js'

/** Of the pizzas in the namespace default, below a root. */
export const folder = 'registry/restaurant.wukong.com/pizzas/default'
export const key = (name: string) => `restaurant.wukong.com/pizzas/default/${name}`

export const pizza = (name: string, spec: unknown): KubeObject => ({
  apiVersion: 'restaurant.wukong.com/v1beta1',
  kind: 'Pizza',
  metadata: { name, namespace: 'default', uid: `uid-${name}`, managedFields: [{ manager: 'x' }] },
  spec,
})

/** What a person writes. */
export const manifest = (size: number) =>
  `apiVersion: restaurant.wukong.com/v1beta1\nkind: Pizza\nspec:\n  size: ${size}\n`

/** Writes a file, and the folders it is in where they are missing. */
export async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}
