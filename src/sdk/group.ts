import type { Controller } from '../reconcile/controller.js'
import type { GroupDefinition } from '../registry/group-definition.js'

/** What a module given to `--apis` exports as `default`: one API group. */
export interface ApiGroup extends GroupDefinition {
  /** What wukong-controller-manager runs; a function, so that a server need not load it. */
  controllers?(): Promise<readonly Controller[]>
}

/** Types an API group's definition; adds nothing. */
export function defineGroup(group: ApiGroup): ApiGroup {
  return group
}
