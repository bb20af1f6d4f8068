import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from './child.js'

/** Where the pizzas of namespace default are. */
export const pizzaFolder = (root: string) => join(root, 'registry', 'restaurant.wukong.com', 'pizzas', 'default')

/** Milliseconds until the folder holds `count` files. Looking at a large folder is no small work: it is done seldom. */
export async function untilFiles(server: ServerProcess, count: number): Promise<number> {
  const begin = performance.now()
  for (;;) {
    const looked = performance.now()
    if (readdirSync(pizzaFolder(server.root)).length >= count) return performance.now() - begin
    await pause(Math.max(20, 10 * (performance.now() - looked)))
  }
}

/** Megabytes of files at or below `path`; what vanishes meanwhile counts nothing. */
export function megabytesBelow(path: string): number {
  const sizes = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0) / 2 ** 20
}
