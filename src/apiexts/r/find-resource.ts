import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'

/**
 * The resource that `<resource>[.<version>][.<group>]` names, as kubectl reads such a name: plural, singular, kind in
 * lower case or short name; without a version the preferred one; without a group the first that has it, in the order of
 * discovery. Undefined: nothing served is called so.
 */
export function findResource(registry: Registry, name: string): Resource | undefined {
  const dot = name.indexOf('.')
  if (dot < 0) return findInAnyGroup(registry, name)
  const [resource, behind] = [name.slice(0, dot), name.slice(dot + 1)]
  return findInGroup(registry, behind, resource) ?? findInVersion(registry, behind, resource)
}

function findInAnyGroup(registry: Registry, name: string): Resource | undefined {
  const groups = registry.allGroups()
  // A plural name counts before any short one, wherever it is.
  for (const { name: group, versions } of groups) {
    for (const version of versions) {
      const found = registry.resource(group, version, name)
      if (found) return found
    }
  }
  for (const { name: group } of groups) {
    const found = findInGroup(registry, group, name)
    if (found) return found
  }
  return undefined
}

function findInGroup(registry: Registry, group: string, name: string): Resource | undefined {
  const found = registry.group(group)
  for (const version of found?.versions ?? []) {
    const resource = found?.resources(version).find((candidate) => isCalled(candidate, name))
    if (resource) return resource
  }
  return undefined
}

/** `v1beta1.restaurant.wukong.com`, or `v1` of the core group. */
function findInVersion(registry: Registry, text: string, name: string): Resource | undefined {
  const dot = text.indexOf('.')
  const [version, group] = dot < 0 ? [text, ''] : [text.slice(0, dot), text.slice(dot + 1)]
  return registry
    .group(group)
    ?.resources(version)
    .find((candidate) => isCalled(candidate, name))
}

function isCalled({ plural, kind, definition: { names } }: Resource, name: string): boolean {
  return (
    plural === name ||
    names.singular === name ||
    kind.toLowerCase() === name ||
    names.shortNames?.includes(name) === true
  )
}

/** Every resource once, in the version that its name alone stands for. */
export function preferredResources(registry: Registry): Resource[] {
  return registry.allGroups().flatMap((group) => {
    const found = new Map<string, Resource>()
    for (const version of group.versions) {
      for (const resource of group.resources(version)) {
        if (!found.has(resource.plural)) found.set(resource.plural, resource)
      }
    }
    return [...found.values()]
  })
}

/** Where its collection is served. */
export const concisePath = ({ plural, group }: Resource) => `/wukong/r/${plural}${group ? `.${group}` : ''}`
