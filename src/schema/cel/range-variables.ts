import type { Comprehension } from './expr.js'
import type { Issues } from './issues.js'
import { dynType, errorType, formatType, intType, type Type } from './type.js'
import type { Substitution } from './unify.js'

/** The variables that a fold over a range has, with their types. */
export function rangeVariables(
  { variable, variable2, range: { at } }: Comprehension,
  range: Type,
  substitution: Substitution,
  issues: Issues,
): [string, Type][] {
  const both = (first: Type, second: Type): [string, Type][] => {
    if (variable2 === undefined) return [[variable, first]]
    return [
      [variable, first],
      [variable2, second],
    ]
  }
  const [first = dynType, second = dynType] = range.params
  if (range.kind === 'list') return variable2 === undefined ? both(first, first) : both(intType, first)
  if (range.kind === 'map') return both(first, second)
  if (range.kind === 'dyn' || range.kind === 'error' || range.kind === 'param') {
    substitution.isAssignable(dynType, range)
    return both(dynType, dynType)
  }
  const why = 'cannot be range of a comprehension (must be list, map, or dynamic)'
  issues.add(at, `expression of type '${formatType(range)}' ${why}`)
  return both(errorType, errorType)
}
