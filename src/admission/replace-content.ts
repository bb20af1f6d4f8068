import type { KubeObject } from '../meta/object.js'

/** Makes an object what another one is: those who hold it see the change. */
export function replaceContent(object: KubeObject, next: KubeObject): void {
  for (const key of Object.keys(object)) if (!(key in next)) delete object[key]
  Object.assign(object, next)
}
