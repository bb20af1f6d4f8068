import { dynType, type Type } from './type.js'

/** What type parameters stand for, found while types are compared. A comparison that fails leaves no trace. */
export class Substitution {
  readonly #bound = new Bindings()

  /** Whether a value of type `from` may stand where `to` is wanted; binds the parameters of both. */
  isAssignable(from: Type, to: Type): boolean {
    return this.areAssignable([from], [to])
  }

  areAssignable(from: readonly Type[], to: readonly Type[]): boolean {
    const fits = allAssignable(this.#bound, from, to)
    if (fits) this.#bound.keep()
    else this.#bound.undo()
    return fits
  }

  /** The type with its parameters replaced by what they stand for; free ones by dyn when `freeIsDyn`. */
  apply(type: Type, freeIsDyn = false): Type {
    if (type.kind === 'param') {
      const bound = this.#bound.get(type.name)
      if (bound) return this.apply(bound, freeIsDyn)
      return freeIsDyn ? dynType : type
    }
    if (type.params.length === 0) return type
    return { ...type, params: type.params.map((param) => this.apply(param, freeIsDyn)) }
  }
}

export function isDynOrError(type: Type): boolean {
  return type.kind === 'dyn' || type.kind === 'error'
}

/** What parameters stand for, and what they stood for before the comparison that is under way. */
class Bindings {
  readonly #types = new Map<string, Type>()
  #before: { readonly name: string; readonly type: Type | undefined }[] = []

  get(name: string): Type | undefined {
    return this.#types.get(name)
  }

  set(name: string, type: Type): void {
    this.#before.push({ name, type: this.#types.get(name) })
    this.#types.set(name, type)
  }

  keep(): void {
    this.#before = []
  }

  undo(): void {
    for (const { name, type } of this.#before.reverse()) {
      if (type) this.#types.set(name, type)
      else this.#types.delete(name)
    }
    this.#before = []
  }
}

function allAssignable(bound: Bindings, from: readonly Type[], to: readonly Type[]): boolean {
  return from.length === to.length && from.every((type, i) => assignable(bound, type, to[i] ?? dynType))
}

function assignable(bound: Bindings, a: Type, b: Type): boolean {
  if (b.kind === 'param') {
    const fit = substitute(bound, a, b)
    if (fit !== 'unknown') return fit
  }
  if (a.kind === 'param') return substitute(bound, b, a) === true
  if (isDynOrError(a) || isDynOrError(b)) return true
  if (a.kind === 'null') return isNullable(b)
  if (b.kind === 'null') return isNullable(a)
  if (a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  return a.name === b.name && (a.params.length === 0 || allAssignable(bound, a.params, b.params))
}

/** Values of these types may be compared with null, and null may stand for them. */
function isNullable(type: Type): boolean {
  return ['null', 'opaque', 'struct', 'duration', 'timestamp'].includes(type.kind)
}

/** Whether the parameter may stand for the type; `unknown` when it stands for nothing yet and can't stand for this. */
function substitute(bound: Bindings, type: Type, param: Type): boolean | 'unknown' {
  if (type.kind === 'param' && type.name === param.name) return true
  const known = bound.get(param.name)
  if (known) {
    if (identical(type, known)) return true
    if (!assignable(bound, type, known)) return false
    const wider = mostGeneral(type, known)
    if (!occurs(bound, param, wider)) bound.set(param.name, wider)
    return true
  }
  if (occurs(bound, param, type)) return 'unknown'
  bound.set(param.name, type)
  return true
}

function identical(a: Type, b: Type): boolean {
  return (
    a.kind === b.kind && a.name === b.name && a.params.every((param, i) => identical(param, b.params[i] ?? dynType))
  )
}

/** Whether the parameter is a part of the type it would stand for. */
function occurs(bound: Bindings, param: Type, within: Type): boolean {
  if (within.kind === 'param') {
    if (within.name === param.name) return true
    const known = bound.get(within.name)
    return known !== undefined && occurs(bound, param, known)
  }
  return within.params.some((part) => occurs(bound, param, part))
}

/** The wider of two types that fit each other. */
export function mostGeneral(a: Type, b: Type): Type {
  return isLessSpecific(a, b) ? a : b
}

function isLessSpecific(a: Type, b: Type): boolean {
  if (a.kind === 'dyn' || a.kind === 'param') return true
  if (b.kind === 'dyn' || b.kind === 'param' || a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  return (
    a.name === b.name &&
    a.params.length === b.params.length &&
    a.params.every((param, i) => isLessSpecific(param, b.params[i] ?? dynType))
  )
}
