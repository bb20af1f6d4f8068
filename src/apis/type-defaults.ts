import type { Field, StructType, Type } from '../codec/typed/type.js'
import { cloneJson } from '../meta/json-clone.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'

/** What a type's values get when they lack it, wherever in an object they stand. */
export interface TypeDefaults {
  /** Values of fields that are not there. */
  readonly fields?: Readonly<JsonObject>
  /** Fields of features that upstream's server leaves off if nothing else is said: they are known, and not kept. */
  readonly off?: readonly string[]
  /** What depends on other fields; called after `fields` are set. */
  set?(value: JsonObject): void
}

/** By the names of types: `core.v1.PodSpec`. */
export type DefaultsTable = Readonly<Record<string, TypeDefaults>>

/** Fills in defaults, in place: those of a type first, then those of what it is made of, as upstream does. */
export class TypeDefaulter {
  /** Fields below which there is a type with defaults, by type; a type in the middle of being looked at has none yet. */
  private readonly paths = new Map<StructType, readonly Field[]>()

  constructor(private readonly table: DefaultsTable) {}

  setDefaults(value: JsonObject, type: StructType): void {
    const own = this.table[type.name]
    for (const name of own?.off ?? []) delete value[name]
    if (own?.fields) {
      for (const [name, field] of Object.entries(own.fields))
        if (!Object.hasOwn(value, name)) value[name] = cloneJson(field)
    }
    own?.set?.(value)
    for (const field of this.fieldsWithDefaults(type)) {
      if (field.name === '') this.into(value, field.type)
      else if (Object.hasOwn(value, field.name)) this.into(value[field.name], field.type)
    }
  }

  private into(value: unknown, type: Type): void {
    if (type.kind === 'struct' && isJsonObject(value)) this.setDefaults(value, type)
    else if (type.kind === 'list' && Array.isArray(value)) for (const item of value) this.into(item, type.item)
    else if (type.kind === 'map' && isJsonObject(value))
      for (const item of Object.values(value)) this.into(item, type.value)
  }

  private fieldsWithDefaults(type: StructType): readonly Field[] {
    let fields = this.paths.get(type)
    if (!fields) {
      this.paths.set(type, [])
      fields = type.fields.filter((field) => this.hasDefaults(field.type))
      this.paths.set(type, fields)
    }
    return fields
  }

  private hasDefaults(type: Type): boolean {
    if (type.kind === 'list') return this.hasDefaults(type.item)
    if (type.kind === 'map') return this.hasDefaults(type.value)
    return type.kind === 'struct' && (type.name in this.table || this.fieldsWithDefaults(type).length > 0)
  }
}
