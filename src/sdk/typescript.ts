import { register } from 'node:module'

let registered = false

/** From now on this process loads modules in TypeScript too; only types are taken out, nothing is checked. */
export function loadTypeScript(): void {
  if (registered) return
  registered = true
  register(new URL('./typescript-hooks.js', import.meta.url))
}
