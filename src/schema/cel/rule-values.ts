import type { Schema } from '../schema.js'
import { startMeter } from './meter.js'
import { schemaValue } from './schema-value.js'
import { Failure, none, Optional, type Value } from './value.js'

/** self and oldSelf, made when the first rule needs them. */
export class RuleValues {
  #self: Value | Failure | undefined
  #old: Value | Failure | undefined

  constructor(
    private readonly json: unknown,
    private readonly old: unknown,
    private readonly schema: Schema,
  ) {}

  get hasOld(): boolean {
    return this.old !== undefined
  }

  /** A failure when the value is not of its schema's type. */
  variables(optionalOld: boolean): readonly (Value | undefined)[] | Failure {
    this.#self ??= this.#value(this.json)
    if (this.hasOld) this.#old ??= this.#value(this.old)
    if (this.#self instanceof Failure) return this.#self
    if (this.#old instanceof Failure) return this.#old
    if (!optionalOld) return [this.#self, this.#old]
    return [this.#self, this.#old === undefined ? none : new Optional(this.#old)]
  }

  #value(json: unknown): Value | Failure {
    startMeter(Number.POSITIVE_INFINITY)
    try {
      return schemaValue(json, this.schema)
    } catch (error) {
      if (error instanceof Failure) return error
      throw error
    }
  }
}
