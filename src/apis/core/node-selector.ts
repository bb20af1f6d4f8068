import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../meta/names.js'
import { each, invalidBy } from '../field-checks.js'
import type { NodeRequirement, NodeSelector, NodeSelectorTerm } from './pods/pod-spec.js'

/** A choice of nodes that must have at least one term. */
export function validateNodeSelector({ nodeSelectorTerms = [] }: NodeSelector, path: string): FieldError[] {
  const at = `${path}.nodeSelectorTerms`
  if (nodeSelectorTerms.length === 0) return [fieldError.required(at, 'must have at least one node selector term')]
  return each(nodeSelectorTerms, at, (term, p) => validateNodeSelectorTerm(term, p))
}

/** `anyValue`: values need not be those of labels. */
export function validateNodeSelectorTerm(term: NodeSelectorTerm, path: string, anyValue = false): FieldError[] {
  return [
    ...each(term.matchExpressions, `${path}.matchExpressions`, (requirement, at) =>
      validateRequirement(requirement, at, anyValue),
    ),
    ...each(term.matchFields, `${path}.matchFields`, validateFieldRequirement),
  ]
}

function validateRequirement(
  { key, operator, values = [] }: NodeRequirement,
  path: string,
  anyValue: boolean,
): FieldError[] {
  const found: FieldError[] = []
  const missing = (why: string) => found.push(fieldError.required(`${path}.values`, why))
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) missing("must be specified when `operator` is 'In' or 'NotIn'")
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) {
        const why = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
        found.push(fieldError.forbidden(`${path}.values`, why))
      }
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) missing("must be specified single value when `operator` is 'Lt' or 'Gt'")
      break
    default:
      found.push(fieldError.invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  }
  found.push(...invalidBy(`${path}.key`, key, qualifiedNameErrors(key)))
  if (anyValue) return found
  return [...found, ...each(values, `${path}.values`, (value, at) => invalidBy(at, value, labelValueErrors(value)))]
}

/** Nodes are chosen by their name alone, one at a time. */
function validateFieldRequirement({ key, operator, values = [] }: NodeRequirement, path: string): FieldError[] {
  const found: FieldError[] = []
  if (operator !== 'In' && operator !== 'NotIn') {
    found.push(fieldError.invalid(`${path}.operator`, operator, 'not a valid selector operator'))
  } else if (values.length !== 1) {
    const why = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
    found.push(fieldError.required(`${path}.values`, why))
  }
  if (key !== 'metadata.name') {
    return [...found, fieldError.invalid(`${path}.key`, key, 'not a valid field selector key')]
  }
  return [...found, ...each(values, `${path}.values`, (value, at) => invalidBy(at, value, subdomainErrors(value)))]
}
