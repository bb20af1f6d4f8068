import type { OwnerReference } from '../../meta/object.js'
import type { Stored } from '../../store/store.js'
import { type Node, nodeOf, ownsBlocking } from './node.js'

/** Who depends on an owner, and where it was last seen alive. */
interface Owner {
  readonly dependents: Set<Node>
  key?: string
}

/**
 * Who owns whom. Holds only objects that have owners, or wait for their dependents; what is told to it costs two
 * searches in the object's bytes otherwise.
 */
export class DependencyGraph {
  readonly #nodes = new Map<string, Node>()
  /** By uid. */
  readonly #owners = new Map<string, Owner>()
  /** The uids of owners that were seen alive, by key. */
  readonly #alive = new Map<string, string>()
  /** The keys of nodes that wait for their dependents, by uid. */
  readonly #foreground = new Map<string, string>()

  /**
   * `look` is called with the key of each object that something may have to be done about. `locate` says where an owner
   * must be; undefined: its kind is not served.
   */
  constructor(
    private readonly look: (key: string) => void,
    private readonly locate: (node: Node, owner: OwnerReference) => string | undefined,
  ) {}

  node(key: string): Node | undefined {
    return this.#nodes.get(key)
  }

  dependentsOf(uid: string): readonly Node[] {
    return [...(this.#owners.get(uid)?.dependents ?? [])]
  }

  /** The owner with this uid is at `key`: its dependents need no look until it is gone from there. */
  sawAlive(uid: string, key: string): void {
    const owner = this.#owners.get(uid)
    if (!owner) return
    owner.key = key
    this.#alive.set(key, uid)
  }

  /** The state of the object at `key` now; `wasDeleted` when it was gone in between, even if it is back. */
  told(key: string, stored: Stored | undefined, wasDeleted: boolean): void {
    if (!stored || wasDeleted) this.#ownerGone(key)
    const before = this.#nodes.get(key)
    const now = stored && nodeOf(stored)
    if (before && before.uid !== now?.uid) this.#remove(before)
    if (now) this.#put(now, before?.uid === now.uid ? before : undefined)
  }

  #ownerGone(key: string): void {
    const uid = this.#alive.get(key)
    if (uid === undefined) return
    this.#alive.delete(key)
    const owner = this.#owners.get(uid)
    if (!owner) return
    delete owner.key
    for (const dependent of owner.dependents) this.look(dependent.key)
  }

  #put(node: Node, before: Node | undefined): void {
    this.#nodes.set(node.key, node)
    for (const { uid } of before?.owners ?? []) this.#unlink(uid, before)
    for (const { uid } of node.owners) this.#link(uid, node)
    for (const { uid } of before?.owners ?? []) {
      if (before && ownsBlocking(before, uid) && !ownsBlocking(node, uid)) this.#lookAtForeground(uid)
      this.#forgetOwner(uid)
    }
    if (node.deletion === 'foreground') this.#foreground.set(node.uid, node.key)
    else this.#foreground.delete(node.uid)
    if (node.deletion !== before?.deletion) {
      if (node.deletion === 'foreground') for (const { key } of this.dependentsOf(node.uid)) this.look(key)
      if (node.deletion === 'foreground' || node.deletion === 'orphan') this.look(node.key)
    }
    if (node.owners.some((owner) => this.#needsLook(node, owner))) this.look(node.key)
  }

  /** An owner that was not seen alive there may be absent; one that waits wants its dependents gone. */
  #needsLook(node: Node, owner: OwnerReference): boolean {
    const key = this.#owners.get(owner.uid)?.key
    return key === undefined || key !== this.locate(node, owner) || this.#foreground.has(owner.uid)
  }

  #remove(node: Node): void {
    this.#nodes.delete(node.key)
    this.#foreground.delete(node.uid)
    for (const { uid } of node.owners) {
      this.#unlink(uid, node)
      this.#lookAtForeground(uid)
      this.#forgetOwner(uid)
    }
    for (const { key } of this.dependentsOf(node.uid)) this.look(key)
  }

  #lookAtForeground(uid: string): void {
    const key = this.#foreground.get(uid)
    if (key !== undefined) this.look(key)
  }

  #link(uid: string, node: Node): void {
    const owner = this.#owners.get(uid)
    if (owner) owner.dependents.add(node)
    else this.#owners.set(uid, { dependents: new Set([node]) })
  }

  #unlink(uid: string, node: Node | undefined): void {
    if (node) this.#owners.get(uid)?.dependents.delete(node)
  }

  #forgetOwner(uid: string): void {
    const owner = this.#owners.get(uid)
    if (!owner || owner.dependents.size > 0) return
    this.#owners.delete(uid)
    if (owner.key !== undefined && this.#alive.get(owner.key) === uid) this.#alive.delete(owner.key)
  }
}
