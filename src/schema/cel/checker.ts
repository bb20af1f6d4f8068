import { type Environment, overloadsOf, typeNamed } from './environment.js'
import type { Call, Comprehension, Expr, ListExpr, MapExpr, Select, StructExpr } from './expr.js'
import { literalType, qualifiedName, typeOf } from './expr-type.js'
import type { Issues } from './issues.js'
import type { Overload } from './overload.js'
import { rangeVariables } from './range-variables.js'
import { resolveOverloads } from './resolve-overloads.js'
import * as types from './type.js'
import { formatType, isOptional, type Type, unwrapOptional } from './type.js'
import { isDynOrError, mostGeneral, Substitution } from './unify.js'

/** Macros may double what they are given; no rule that a person writes comes near. */
const maxVisits = 150_000

/**
 * Gives every expression of a tree its type, and calls the overloads that fit, in place. What does not fit is told in
 * upstream's words (cel-go's checker).
 */
export function check(root: Expr, environment: Environment, issues: Issues): void {
  new Checker(environment, issues).run(root)
}

class Checker {
  readonly #substitution = new Substitution()
  readonly #scopes: Map<string, Type>[] = []
  readonly #seen = new Set<Expr>()
  #free = 0
  #visits = 0

  constructor(
    private readonly environment: Environment,
    private readonly issues: Issues,
  ) {}

  run(root: Expr): void {
    this.#check(root)
    for (const expr of this.#seen) expr.type = this.#substitution.apply(typeOf(expr), true)
  }

  #check(expr: Expr): Type {
    this.#visits++
    if (this.#visits > maxVisits) {
      if (this.#visits === maxVisits + 1) this.issues.add(expr.at, 'expression is too complex')
      expr.type = types.errorType
      return expr.type
    }
    this.#seen.add(expr)
    expr.type = this.#typeFor(expr)
    return expr.type
  }

  #typeFor(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return literalType(expr.value)
      case 'ident':
        return this.#lookup(expr.name) ?? this.#undeclared(expr.at, expr.name)
      case 'select':
        return this.#select(expr)
      case 'call':
        return this.#call(expr)
      case 'list':
        return this.#list(expr)
      case 'map':
        return this.#map(expr)
      case 'struct':
        return this.#struct(expr)
      case 'comprehension':
        return this.#comprehension(expr)
    }
  }

  #undeclared(at: number, name: string): Type {
    this.issues.add(at, `undeclared reference to '${name}' (in container '')`)
    return types.errorType
  }

  #lookup(name: string): Type | undefined {
    const plain = name.replace(/^\./, '')
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]?.get(plain)
      if (found) return found
    }
    const type = typeNamed(plain)
    return this.environment.variables.get(plain) ?? (type && types.typeOf(type))
  }

  #select(expr: Select): Type {
    const name = qualifiedName(expr)
    const known = name === undefined ? undefined : this.#lookup(name)
    if (known && name !== undefined) {
      Object.assign(expr, { kind: 'ident', name })
      return known
    }
    const result = this.#field(expr.at, expr.operand, expr.field, false)
    return expr.test ? types.boolType : this.#substitution.apply(result)
  }

  #field(at: number, operand: Expr, field: string, optional: boolean): Type {
    const operandType = this.#substitution.apply(this.#check(operand))
    const target = unwrapOptional(operandType)
    const result = this.#memberOf(at, target, field)
    return isOptional(operandType) || optional ? types.optionalType(result) : result
  }

  #memberOf(at: number, target: Type, field: string): Type {
    if (target.kind === 'map') return target.params[1] ?? types.dynType
    if (target.kind === 'struct') {
      const found = target.fields?.get(field)
      if (!found) this.issues.add(at, `undefined field '${field}'`)
      return found ?? types.errorType
    }
    if (target.kind === 'param') this.#substitution.isAssignable(types.dynType, target)
    else if (!isDynOrError(target)) {
      this.issues.add(at, `type '${formatType(target)}' does not support field selection`)
    }
    return types.dynType
  }

  #call(expr: Call): Type {
    if (expr.name === '_?._') {
      const [operand, field] = expr.args
      if (!operand || field?.kind !== 'literal') return types.errorType
      const type = this.#field(expr.at, operand, String(field.value), true)
      field.type = types.stringType
      expr.overloads = overloadsOf(expr.name) ?? []
      return this.#substitution.apply(type)
    }
    for (const arg of expr.args) this.#check(arg)
    const qualified = expr.target && qualifiedName(expr.target)
    if (qualified !== undefined && overloadsOf(`${qualified}.${expr.name}`, this.environment.structs)) {
      expr.name = `${qualified}.${expr.name}`
      expr.target = undefined
    }
    if (expr.target) this.#check(expr.target)
    expr.name = expr.name.replace(/^\./, '')
    const overloads = overloadsOf(expr.name, this.environment.structs)
    if (!overloads) return this.#undeclared(expr.at, expr.name)
    if (expr.name === '_&&_' || expr.name === '_||_') return this.#logical(expr, overloads)
    return this.#resolve(expr, overloads)
  }

  #logical(expr: Call, overloads: readonly Overload[]): Type {
    expr.overloads = overloads
    let fits = true
    for (const arg of expr.args) {
      if (!this.#expect(arg, types.boolType)) fits = false
    }
    return fits ? types.boolType : types.errorType
  }

  #resolve(expr: Call, overloads: readonly Overload[]): Type {
    const isMember = expr.target !== undefined
    const args = (expr.target ? [expr.target, ...expr.args] : expr.args).map(typeOf)
    const candidates = overloads.filter((overload) => overload.isMember === isMember)
    const { found, result } = resolveOverloads(candidates, args, this.#substitution, () => this.#newParam())
    expr.overloads = found
    if (result) return result
    const shown = args.map((arg) => formatType(this.#substitution.apply(arg, true)))
    const signature = isMember ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`
    this.issues.add(expr.at, `found no matching overload for '${expr.name}' applied to '${signature}'`)
    return types.errorType
  }

  #newParam(): Type {
    return types.paramType(`_var${this.#free++}`)
  }

  #list(expr: ListExpr): Type {
    let element: Type | undefined
    for (const [i, item] of expr.elements.entries()) {
      this.#check(item)
      const type = expr.optional.has(i) ? this.#unwrapped(item) : typeOf(item)
      element = this.#join(element, type)
    }
    return types.listType(element ?? this.#newParam())
  }

  #map(expr: MapExpr): Type {
    let [keyType, valueType]: (Type | undefined)[] = []
    for (const { key, value, optional } of expr.entries) {
      this.#check(key)
      keyType = this.#join(keyType, typeOf(key))
      this.#check(value)
      valueType = this.#join(valueType, optional ? this.#unwrapped(value) : typeOf(value))
    }
    return types.mapType(keyType ?? this.#newParam(), valueType ?? this.#newParam())
  }

  #struct({ at, name, members }: StructExpr): Type {
    const type = this.environment.structs?.find(name)
    if (!type) return this.#undeclared(at, name)
    for (const member of members) {
      const wanted = type.fields?.get(member.name)
      if (!wanted) this.issues.add(member.at, `undefined field '${member.name}'`)
      const given = this.#check(member.value)
      const held = member.optional ? this.#unwrapped(member.value) : given
      if (!wanted || this.#substitution.isAssignable(wanted, held)) continue
      const why = `is '${formatType(wanted)}' but provided type is '${formatType(held)}'`
      this.issues.add(member.at, `expected type of field '${member.name}' ${why}`)
    }
    return type
  }

  /** What an element such as `?x` holds. */
  #unwrapped(expr: Expr): Type {
    const type = typeOf(expr)
    if (!isOptional(type) && type.kind !== 'dyn') {
      this.#mismatch(expr.at, types.optionalType(type), type)
    }
    return unwrapOptional(type)
  }

  /** The type of what is of both types: dyn when they have nothing in common. */
  #join(previous: Type | undefined, current: Type): Type {
    if (!previous) return current
    if (this.#substitution.isAssignable(previous, current)) return mostGeneral(previous, current)
    return types.dynType
  }

  #comprehension(expr: Comprehension): Type {
    const range = this.#substitution.apply(this.#check(expr.range))
    const accu = this.#check(expr.init)
    this.#scopes.push(new Map([[expr.accu, accu]]))
    this.#scopes.push(new Map(rangeVariables(expr, range, this.#substitution, this.issues)))
    this.#check(expr.condition)
    this.#expect(expr.condition, types.boolType)
    this.#check(expr.step)
    this.#expect(expr.step, accu)
    this.#scopes.pop()
    const result = this.#check(expr.result)
    this.#scopes.pop()
    return this.#substitution.apply(result)
  }

  #expect(expr: Expr, type: Type): boolean {
    if (this.#substitution.isAssignable(type, typeOf(expr))) return true
    this.#mismatch(expr.at, type, typeOf(expr))
    return false
  }

  #mismatch(at: number, expected: Type, found: Type): void {
    this.issues.add(at, `expected type '${formatType(expected)}' but found '${formatType(found)}'`)
  }
}
