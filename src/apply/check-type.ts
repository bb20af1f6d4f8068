import { isJsonObject } from '../meta/object.js'
import { fieldElement, formatElement, formatPath, type PathElement } from './field-path.js'
import { type FieldType, formOf, type ListType, type MapType, type Scalar } from './field-type.js'
import { goSyntax, goType, goValue } from './go-format.js'
import { FieldTypeError, itemElement } from './list-items.js'

/** Every way in which `value` is not of `type`, with upstream's texts (API-SEMANTICS S10); null fits anywhere. */
export function typeErrors(value: unknown, type: FieldType): FieldTypeError[] {
  const walk = new TypeWalk()
  walk.visit(value, type)
  return walk.errors
}

/** Several errors as one text. */
export function formatTypeErrors(errors: readonly FieldTypeError[]): string {
  const [first] = errors
  if (first && errors.length === 1) return first.message
  return ['errors:', ...errors.map((error) => `  ${error.message}`)].join('\n')
}

class TypeWalk {
  readonly errors: FieldTypeError[] = []
  private readonly path: PathElement[] = []

  visit(value: unknown, type: FieldType): void {
    const form = formOf(type, value)
    if (value === null) return
    if (form === 'map' && type.map) this.visitMap(value, type.map)
    else if (form === 'list' && type.list) this.visitList(value, type.list)
    else if (form === 'scalar' && type.scalar) this.visitScalar(value, type.scalar)
  }

  private visitMap(value: unknown, map: MapType): void {
    if (!isJsonObject(value)) {
      this.fail(`expected map, got &{${goValue(value)}}`)
      return
    }
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue
      const field = map.declared(key)
      const type = field?.type ?? map.rest
      this.path.push(field?.element ?? fieldElement(key))
      if (type) this.visit(value[key], type)
      else this.fail('field not declared in schema')
      this.path.pop()
      if (!type) return
    }
  }

  private visitList(value: unknown, list: ListType): void {
    if (!Array.isArray(value)) {
      this.fail(`expected list, got &{${goValue(value)}}`)
      return
    }
    const seen = new Set<PathElement>()
    for (const [i, item] of value.entries()) {
      const element = list.atomic ? `i:${i}` : this.element(list, item, i)
      if (element === undefined) return
      if (seen.has(element)) this.fail(`duplicate entries for key ${formatElement(element)}`)
      seen.add(element)
      this.path.push(element)
      this.visit(item, list.items)
      this.path.pop()
    }
  }

  private element(list: ListType, item: unknown, index: number): PathElement | undefined {
    try {
      return itemElement(list, item)
    } catch (error) {
      if (!(error instanceof FieldTypeError)) throw error
      this.fail(`element ${index}: ${error.why}`)
      return undefined
    }
  }

  private visitScalar(value: unknown, scalar: Scalar): void {
    const type = typeof value === 'bigint' ? 'number' : typeof value
    if (scalar === 'numeric') {
      if (type !== 'number') this.fail(`expected numeric (int or float), got ${goType(value)}`)
    } else if (scalar === 'untyped') {
      if (type === 'object') this.fail(`expected any scalar, got &{${goValue(value)}}`)
    } else if (type !== scalar) {
      const shown = scalar === 'string' ? `&value.valueUnstructured{Value:${goSyntax(value)}}` : `&{${goValue(value)}}`
      this.fail(`expected ${scalar}, got ${shown}`)
    }
  }

  private fail(why: string): void {
    this.errors.push(new FieldTypeError(formatPath(this.path), why))
  }
}
