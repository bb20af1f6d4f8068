import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors } from '../../meta/names.js'
import { each, invalidBy } from '../field-checks.js'
import type { NonResourceRule, ResourceRule } from './configuration.js'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']

export function validateResourceRule(rule: ResourceRule, path: string): FieldError[] {
  const { namespaces = [], clusterScope } = rule
  const found = [
    ...validateVerbs(rule.verbs, `${path}.verbs`),
    ...checkAlone(
      rule.apiGroups,
      `${path}.apiGroups`,
      'api groups',
      'resource rules must supply at least one api group',
    ),
    ...checkAlone(rule.resources, `${path}.resources`, 'resources', 'resource rules must supply at least one resource'),
  ]
  const at = `${path}.namespaces`
  if (namespaces.length === 0 && clusterScope) return found
  const none = 'resource rules that are not cluster scoped must supply at least one namespace'
  if (namespaces.length === 0 || namespaces.includes('*')) {
    return [...found, ...checkAlone(namespaces, at, 'namespaces', none)]
  }
  const intro = "each member of this list must be '*' or a DNS-1123 label; "
  return [
    ...found,
    ...each(namespaces, at, (name, path) =>
      invalidBy(
        path,
        name,
        labelErrors(name).map((why) => `${intro}${why}`),
      ),
    ),
  ]
}

export function validateNonResourceRule(rule: NonResourceRule, path: string): FieldError[] {
  const { nonResourceURLs: urls = [] } = rule
  const at = `${path}.nonResourceURLs`
  return [
    ...validateVerbs(rule.verbs, `${path}.verbs`),
    ...checkAlone(urls, at, 'non-resource URLs', 'nonResourceURLs must contain at least one value'),
    ...(urls.includes('*') ? [] : each(urls, at, (url, path) => invalidBy(path, url, urlErrors(url)))),
  ]
}

function validateVerbs(given: readonly string[] = [], path: string): FieldError[] {
  const found = checkAlone(given, path, 'verbs', 'verbs must contain at least one value')
  if (found.length > 0 || given.includes('*') || given.every((verb) => verbs.includes(verb))) return found
  // Upstream shows the whole list for the value.
  return [fieldError.notSupported(path, given as unknown as string, verbs)]
}

/** There must be something, and nothing beside a star. */
function checkAlone(list: readonly string[] = [], path: string, what: string, none: string): FieldError[] {
  if (list.length === 0) return [fieldError.required(path, none)]
  if (list.length === 1 || !list.includes('*')) return []
  return [fieldError.invalid(path, list, `if '*' is present, must not specify other ${what}`)]
}

function urlErrors(url: string): string[] {
  if (url === '') return ['must not be empty']
  if (url === '/') return []
  if (!url.startsWith('/')) return ['must start with slash']
  if (url.includes(' ')) return ['must not contain white-space']
  if (url.includes('//')) return ['must not contain double slash']
  const stars = url.split('*').length - 1
  return stars > 1 || (stars === 1 && !url.endsWith('/*')) ? ['wildcard can only do suffix matching'] : []
}
