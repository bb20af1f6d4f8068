import { compareElements, elementOrder, type PathElement } from './field-path.js'
import { type FieldSet, noFields } from './field-set.js'

/** Makes one node of a set, members in order. Far cheaper than putting whole paths into a set from its root. */
export class NodeBuilder {
  private elements: PathElement[] = []
  private children: FieldSet[] = []
  private ordered = true

  /** Elements may come in any order, each once. */
  add(element: PathElement, child: FieldSet): void {
    const last = this.elements.at(-1)
    if (last !== undefined && this.ordered) this.ordered = compareElements(last, element) < 0
    this.elements.push(element)
    this.children.push(child)
  }

  /** undefined when there is neither a child nor the node a field itself. */
  build(member: boolean): FieldSet | undefined {
    if (this.elements.length === 0) return member ? noFields : undefined
    if (!this.ordered) this.sort()
    const node: Record<PathElement, FieldSet> = member ? { '.': noFields } : {}
    for (let i = 0; i < this.elements.length; i++) node[this.elements[i] as PathElement] = this.children[i] as FieldSet
    return node
  }

  private sort(): void {
    const { elements, children } = this
    const compare = elementOrder(elements.length)
    const order = elements.map((_, i) => i)
    order.sort((a, b) => compare(elements[a] as PathElement, elements[b] as PathElement))
    this.elements = order.map((i) => elements[i] as PathElement)
    this.children = order.map((i) => children[i] as FieldSet)
    this.ordered = true
  }
}
