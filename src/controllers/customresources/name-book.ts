import type { CustomResourceNames } from '../../apis/apiextensions/custom-resource-definition.js'
import type { ResourceDefinition } from '../../registry/definition.js'
import type { Registry } from '../../registry/registry.js'
import type { TakenNames } from './names.js'

interface Entry {
  readonly group: string
  readonly names: CustomResourceNames
}

/** Which names each definition has been given, known as soon as it is decided. */
export class NameBook {
  readonly #entries = new Map<string, Entry>()

  constructor(private readonly registry: Registry) {}

  /** Answers whether names were given up by that, which others may wait for. */
  set(definition: string, group: string, names: CustomResourceNames): boolean {
    const before = this.#entries.get(definition)?.names
    this.#entries.set(definition, { group, names })
    return before !== undefined && allNames(before).some((name) => !allNames(names).includes(name))
  }

  /** Answers with the group whose names are free now. */
  delete(definition: string): string | undefined {
    const group = this.#entries.get(definition)?.group
    this.#entries.delete(definition)
    return group
  }

  definitionsOf(group: string): string[] {
    return [...this.#entries].filter(([, entry]) => entry.group === group).map(([definition]) => definition)
  }

  /** The names of a group that others than `definition` have; those of built-in and TypeScript kinds count as well. */
  takenByOthers(definition: string, group: string): TakenNames {
    const taken = { resources: new Set<string>(), kinds: new Set<string>() }
    const take = (names: GivenNames) => {
      for (const name of resourceNames(names)) taken.resources.add(name)
      for (const name of kindNames(names)) taken.kinds.add(name)
    }
    const plurals = new Set<string>()
    for (const [name, entry] of this.#entries) {
      if (entry.group !== group) continue
      plurals.add(entry.names.plural)
      if (name !== definition) take(entry.names)
    }
    for (const { names } of this.registry.group(group)?.allDefinitions() ?? []) {
      if (!plurals.has(names.plural)) take({ ...names, listKind: names.listKind ?? `${names.kind}List` })
    }
    return taken
  }
}

type GivenNames = Omit<ResourceDefinition['names'], 'singular'> & { readonly singular?: string }

const resourceNames = ({ plural, singular = '', shortNames = [] }: GivenNames) =>
  [plural, singular, ...shortNames].filter((name) => name !== '')
const kindNames = ({ kind, listKind = '' }: GivenNames) => [kind, listKind].filter((name) => name !== '')
const allNames = (names: GivenNames) => [...resourceNames(names), ...kindNames(names)]
