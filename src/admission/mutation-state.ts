import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject } from '../meta/object.js'

/** What the mutating webhooks, or the mutating policies, of one write have done so far. */
export class MutationState {
  /** Those that want to be asked again when others changed something after them. */
  readonly #reinvocable = new Set<string>()
  readonly #due = new Set<string>()
  #hasChanged = false
  #output: KubeObject | undefined

  /** Something was changed: who was asked before may have to see it. */
  changed(): void {
    this.#hasChanged = true
    for (const id of this.#reinvocable) this.#due.add(id)
    this.#reinvocable.clear()
  }

  asked(id: string): void {
    this.#reinvocable.add(id)
  }

  isDue(id: string): boolean {
    return this.#due.has(id)
  }

  get hasChanged(): boolean {
    return this.#hasChanged
  }

  /** Notes what they left, to tell later whether others changed it. */
  finish(object: KubeObject | undefined): void {
    this.#output = object && cloneJson(object)
  }

  resume(object: KubeObject | undefined): void {
    if (this.#output && object && !jsonEquals(this.#output, object)) this.changed()
  }
}
