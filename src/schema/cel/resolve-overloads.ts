import type { Overload } from './overload.js'
import * as types from './type.js'
import { sameType, type Type } from './type.js'
import type { Substitution } from './unify.js'

/**
 * The overloads that arguments of these types fit, and what a call gives: dyn when several fit that give different
 * types, as only the values tell which it is. No result: none fits.
 */
export function resolveOverloads(
  overloads: readonly Overload[],
  args: readonly Type[],
  substitution: Substitution,
  newParam: () => Type,
): { readonly found: readonly Overload[]; readonly result: Type | undefined } {
  const found: Overload[] = []
  let result: Type | undefined
  for (const overload of overloads) {
    const { params, result: given } = instantiate(overload, newParam)
    if (!substitution.areAssignable(args, params)) continue
    found.push(overload)
    const type = substitution.apply(given)
    if (!result) result = type
    else if (result.kind !== 'dyn' && !sameType(type, result)) result = types.dynType
  }
  return { found, result }
}

/** The overload's types with parameters of its own for this one call. */
function instantiate({ params, result }: Overload, newParam: () => Type): { params: readonly Type[]; result: Type } {
  const fresh = new Map<string, Type>()
  const rename = (type: Type): Type => {
    if (type.kind === 'param') {
      const known = fresh.get(type.name) ?? newParam()
      fresh.set(type.name, known)
      return known
    }
    return type.params.length === 0 ? type : { ...type, params: type.params.map(rename) }
  }
  return { params: params.map(rename), result: rename(result) }
}
