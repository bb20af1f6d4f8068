import type { ResourceDefinition } from '../registry/definition.js'
import { deployments } from './apps/deployments.js'
import type { BuiltinKind } from './builtin-kind.js'
import { leases } from './coordination/leases.js'
import { configMaps } from './core/config-maps.js'
import { namespaceKind } from './core/namespaces.js'
import { podDefaults } from './core/pods/defaults.js'
import { secrets } from './core/secrets.js'
import { serviceAccounts } from './core/service-accounts.js'
import { defineResource } from './define-resource.js'
import { allResourceFacts } from './facts/resource-facts.js'
import { TypeDefaulter } from './type-defaults.js'

/** What is served, by `<group>/<plural>`, and what is said of it by hand. */
const kinds: Readonly<Record<string, BuiltinKind>> = {
  '/configmaps': configMaps,
  '/namespaces': namespaceKind,
  '/secrets': secrets,
  '/serviceaccounts': serviceAccounts,
  'apps/deployments': deployments,
  'coordination.k8s.io/leases': leases,
}

const defaulter = new TypeDefaulter(
  Object.assign({}, podDefaults, ...Object.values(kinds).map((kind) => kind.defaults)),
)

/** Kubernetes' own resources. What their types are is read when it is first needed, a kind at a time. */
export function builtinResources(): ResourceDefinition[] {
  return allResourceFacts()
    .filter(({ group, name }) => Object.hasOwn(kinds, `${group}/${name}`))
    .map((facts) => defineResource(facts, kinds[`${facts.group}/${facts.name}`] ?? {}, defaulter))
}
