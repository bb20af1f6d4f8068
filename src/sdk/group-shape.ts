import type { Extension } from '../apiexts/modules/extension.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import type { ApiGroup } from './group.js'
import { unknownType } from './schema-shape.js'

const label = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const kindName = /^[A-Z][A-Za-z0-9]{0,62}$/
/** Served by every resource that has them, not by the API group's own code. */
const reservedSubresources = ['status', 'scale']

/** The message begins with the path of what is wrong. */
function fail(path: string, what: string): never {
  throw new Error(`${path}: ${what}`)
}

function object(value: unknown, path: string): JsonObject {
  return isJsonObject(value) ? value : fail(path, 'must be an object')
}

/** What a module exports as default. */
function exported(value: unknown, maker: 'defineGroup' | 'defineExtension'): JsonObject {
  if (value === undefined) fail('default', `is missing: export default ${maker}({ … })`)
  return object(value, 'default')
}

function array(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) && value.length > 0 ? value : fail(path, 'must be a list with at least one item')
}

function name(value: unknown, path: string, form: RegExp, example: string): string {
  if (typeof value === 'string' && value.length <= 253 && form.test(value)) return value
  return fail(path, `must be a name such as ${example}`)
}

function names(value: unknown, path: string): void {
  if (value === undefined) return
  if (!Array.isArray(value)) fail(path, 'must be a list')
  for (const [i, item] of value.entries()) name(item, `${path}[${i}]`, label, 'pz')
}

function optional(value: unknown, path: string, type: 'boolean' | 'function'): void {
  if (value !== undefined && typeof value !== type) fail(path, `must be a ${type}`)
}

/**
 * Checks what a module exports, which may be plain JavaScript, before anything is made of it: names become paths of
 * URLs and files. Of schemas only types are looked at: what else is wrong with one is found where it is used.
 * @throws Error beginning with the path of the field
 */
export function checkGroup(value: unknown): ApiGroup {
  const group = exported(value, 'defineGroup')
  const groupName = name(group.group, 'default.group', subdomain, 'restaurant.example.com')
  // The folder of the core group, whose name is empty.
  if (groupName === 'core') fail('default.group', 'core is the name of another group')
  optional(group.controllers, 'default.controllers', 'function')
  const plurals = new Set<string>()
  for (const [i, resource] of array(group.resources, 'default.resources').entries()) {
    const path = `default.resources[${i}]`
    const plural = checkResource(object(resource, path), path, groupName)
    if (plurals.has(plural)) fail(`${path}.names.plural`, `${plural} is there twice`)
    plurals.add(plural)
  }
  checkPriorities(group)
  if (group.routes !== undefined) checkRoutes(group as unknown as ApiGroup, object(group.routes, 'default.routes'))
  return group as unknown as ApiGroup
}

/** The same of a module of `--apiexts`. @throws Error beginning with the path of the field */
export function checkExtension(value: unknown): Extension {
  const extension = exported(value, 'defineExtension')
  name(extension.name, 'default.name', label, 'menu')
  if (typeof extension.register !== 'function') fail('default.register', 'must be a function')
  return extension as unknown as Extension
}

/** As of an APIService. */
function checkPriorities({ groupPriority, versionPriority }: JsonObject): void {
  if (groupPriority !== undefined) priority(groupPriority, 'default.groupPriority', 19_999)
  if (versionPriority === undefined) return
  for (const [version, value] of Object.entries(object(versionPriority, 'default.versionPriority')))
    priority(value, `default.versionPriority.${version}`, 999)
}

function priority(value: unknown, path: string, highest: number): void {
  if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > highest)
    fail(path, `must be an integer from 1 to ${highest}`)
}

function checkRoutes({ resources }: ApiGroup, routes: JsonObject): void {
  for (const [version, ofVersion] of Object.entries(routes)) {
    const path = `default.routes.${version}`
    const served = resources.filter(({ versions }) => versions.some((v) => v.name === version && v.served))
    if (served.length === 0) fail(path, 'no resource is served in this version')
    for (const [route, handler] of Object.entries(object(ofVersion, path))) {
      name(route, `${path}.${route}`, label, 'healthz')
      const taken = ['namespaces', 'watch', ...served.map(({ names }) => names.plural)]
      if (taken.includes(route)) fail(`${path}.${route}`, 'is the path of something else')
      if (typeof handler !== 'function') fail(`${path}.${route}`, 'must be a function')
    }
  }
}

function checkResource(resource: JsonObject, path: string, group: string): string {
  if (resource.group !== group) fail(`${path}.group`, `must be ${group}, as the module's group`)
  const given = object(resource.names, `${path}.names`)
  const plural = name(given.plural, `${path}.names.plural`, label, 'pizzas')
  name(given.singular, `${path}.names.singular`, label, 'pizza')
  name(given.kind, `${path}.names.kind`, kindName, 'Pizza')
  if (given.listKind !== undefined) name(given.listKind, `${path}.names.listKind`, kindName, 'PizzaList')
  names(given.shortNames, `${path}.names.shortNames`)
  names(given.categories, `${path}.names.categories`)
  if (resource.scope !== 'Namespaced' && resource.scope !== 'Cluster')
    fail(`${path}.scope`, 'must be Namespaced or Cluster')
  optional(resource.convert, `${path}.convert`, 'function')
  const versions = array(resource.versions, `${path}.versions`).map((version, i) =>
    checkVersion(object(version, `${path}.versions[${i}]`), `${path}.versions[${i}]`),
  )
  if (new Set(versions.map((version) => version.name)).size < versions.length) {
    fail(`${path}.versions`, 'a version is there twice')
  }
  if (versions.filter((version) => version.storage).length !== 1) {
    fail(`${path}.versions`, 'exactly one must have storage: true')
  }
  if (resource.strategy !== undefined) {
    const strategy = object(resource.strategy, `${path}.strategy`)
    for (const [key, part] of Object.entries(strategy)) optional(part, `${path}.strategy.${key}`, 'function')
  }
  if (resource.verbs !== undefined) checkVerbs(object(resource.verbs, `${path}.verbs`), `${path}.verbs`)
  return plural
}

function checkVerbs(verbs: JsonObject, path: string): void {
  for (const [verb, handler] of Object.entries(verbs)) {
    if (!['create', 'delete', 'get', 'list', 'update', 'watch'].includes(verb))
      fail(`${path}.${verb}`, 'must be create, delete, get, list, update or watch')
    optional(handler, `${path}.${verb}`, 'function')
  }
  for (const verb of ['update', 'delete']) if (verbs[verb] && !verbs.get) fail(`${path}.${verb}`, 'needs get beside it')
}

function checkVersion(version: JsonObject, path: string): { name: string; storage: boolean } {
  const versionName = name(version.name, `${path}.name`, label, 'v1alpha1')
  for (const flag of ['served', 'storage'] as const) {
    if (typeof version[flag] !== 'boolean') fail(`${path}.${flag}`, 'must be true or false')
  }
  if (object(version.schema, `${path}.schema`).type !== 'object') fail(`${path}.schema.type`, 'must be object')
  const wrongType = unknownType(version.schema, `${path}.schema`)
  if (wrongType) fail(wrongType, 'must be array, boolean, integer, number, object or string')
  optional(version.setDefaults, `${path}.setDefaults`, 'function')
  if (version.subresources !== undefined)
    checkSubresources(object(version.subresources, `${path}.subresources`), `${path}.subresources`)
  return { name: versionName, storage: version.storage === true }
}

function checkSubresources(subresources: JsonObject, path: string): void {
  optional(subresources.status, `${path}.status`, 'boolean')
  if (subresources.custom === undefined) return
  for (const [key, value] of Object.entries(object(subresources.custom, `${path}.custom`))) {
    const place = `${path}.custom.${key}`
    name(key, place, label, 'bake')
    if (reservedSubresources.includes(key)) fail(place, `${key} can't be served by code of the group`)
    const subresource = object(value, place)
    optional(subresource.connect, `${place}.connect`, 'function')
    const methods = object(subresource.methods, `${place}.methods`)
    for (const [method, handler] of Object.entries(methods)) {
      if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method))
        fail(`${place}.methods.${method}`, 'must be GET, POST, PUT or DELETE')
      optional(handler, `${place}.methods.${method}`, 'function')
    }
  }
}
