import type { ResourceDefinition } from '../registry/definition.js'

/** What a module given to `--apis` exports as `default`: one API group. */
export interface ApiGroup {
  readonly group: string
  readonly resources: readonly ResourceDefinition[]
}

/** Types an API group's definition; adds nothing. */
export function defineGroup(group: ApiGroup): ApiGroup {
  return group
}
