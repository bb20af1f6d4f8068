import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { labelErrors, subdomainErrors } from '../../../meta/names.js'
import { each, invalidBy } from '../../field-checks.js'
import { goShape } from '../../go-shape.js'
import type { PodSpec, Resources } from './pod-spec.js'

/** `resourceClaims` of a pod: where the devices come from that its containers name. */
export function validatePodClaims({ resourceClaims = [] }: PodSpec, path: string): FieldError[] {
  const names = new Set<string>()
  return each(resourceClaims, path, (claim, at) => {
    const { name, resourceClaimName: own, resourceClaimTemplateName: template } = claim
    const found: FieldError[] = []
    if (name === '') found.push(fieldError.required(`${at}.name`))
    else if (names.has(name)) found.push(fieldError.duplicate(`${at}.name`, name))
    else found.push(...invalidBy(`${at}.name`, name, labelErrors(name)))
    names.add(name)
    const wrong = (why: string) => found.push(fieldError.invalid(at, goShape(claim, 'core.v1.PodResourceClaim'), why))
    if (own !== undefined && template !== undefined) {
      wrong('at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified')
    }
    if (own === undefined && template === undefined) {
      wrong('must specify one of: `resourceClaimName`, `resourceClaimTemplateName`')
    }
    if (own !== undefined) found.push(...invalidBy(`${at}.resourceClaimName`, own, subdomainErrors(own)))
    if (template === undefined) return found
    return [...found, ...invalidBy(`${at}.resourceClaimTemplateName`, template, subdomainErrors(template))]
  })
}

/** `resources.claims` of a container: a claim as a whole, or single requests of it, each once. */
export function validateClaimNames({ claims = [] }: Resources, known: readonly string[], path: string): FieldError[] {
  const taken = new Set<string>()
  return each(claims, path, ({ name = '', request = '' }, at) => {
    if (name === '') return [fieldError.required(at)]
    const found: FieldError[] = []
    const key = request === '' ? name : `${name}/${request}`
    if (taken.has(name)) found.push(fieldError.duplicate(at, name))
    else {
      if (request !== '') found.push(...invalidBy(`${at}.request`, request, labelErrors(request)))
      const isPartTaken = request === '' && [...taken].some((other) => other.startsWith(`${name}/`))
      if (taken.has(key) || isPartTaken) found.push(fieldError.duplicate(at, key))
      taken.add(key)
    }
    if (known.includes(name)) return found
    const which = known.length > 0 ? `: ${known.join(', ')}` : ' which is empty'
    return [...found, fieldError.notFound(at, name, `must be one of the names in pod.spec.resourceClaims${which}`)]
  })
}
