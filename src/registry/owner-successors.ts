import type { KubeObject, OwnerReference } from '../meta/object.js'

/** Successors that are remembered. */
const most = 10_000

/**
 * Objects of files that had another uid than they have got, such as all of a branch that is checked out again. What
 * those files say of owners is meant for the successors: as it stands, garbage collection would take their dependents.
 */
export class OwnerSuccessors {
  readonly #uids = new Map<string, string>()

  /** `object` has taken the place of the one with that uid. A copy has another name, and what is owned names its owner. */
  add(uid: string, { kind, metadata }: KubeObject): void {
    this.#uids.set(`${kind}/${metadata.name}/${uid}`, metadata.uid ?? '')
    const [oldest] = this.#uids.keys()
    if (this.#uids.size > most && oldest !== undefined) this.#uids.delete(oldest)
  }

  /** The uid of what has taken the place of an owner. */
  of({ kind, name, uid }: OwnerReference): string | undefined {
    return this.#uids.get(`${kind}/${name}/${uid}`)
  }

  /** Makes the object's owners those that have taken the places of the ones it names. */
  follow({ metadata }: KubeObject): void {
    for (const owner of metadata.ownerReferences ?? []) owner.uid = this.of(owner) ?? owner.uid
  }
}
