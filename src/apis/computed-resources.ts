import type { ComputedVerbs } from '../registry/computed-verbs.js'
import type { ResourceDefinition } from '../registry/definition.js'
import { defineResource } from './define-resource.js'
import { allResourceFacts } from './facts/resource-facts.js'
import { TypeDefaulter } from './type-defaults.js'

/** Kubernetes' own resources that are stored nowhere; `verbs` serves them, by `<group>/<plural>`. */
export function computedResources(verbs: Readonly<Record<string, ComputedVerbs>>): ResourceDefinition[] {
  const defaulter = new TypeDefaulter({})
  return allResourceFacts().flatMap((facts) => {
    const own = verbs[`${facts.group}/${facts.name}`]
    return own ? [defineResource([facts], { verbs: own }, defaulter)] : []
  })
}
