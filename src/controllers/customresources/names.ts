import { isTrue, type NewCondition } from '../../apis/apiextensions/conditions.js'
import type {
  CustomResourceDefinition,
  CustomResourceNames,
} from '../../apis/apiextensions/custom-resource-definition.js'
import { jsonEquals } from '../../meta/json-equal.js'

/** Names of one group that others have: of resources (plural, singular, short) and of kinds (kind, list kind). */
export interface TakenNames {
  readonly resources: ReadonlySet<string>
  readonly kinds: ReadonlySet<string>
}

export interface NamesVerdict {
  /** The names the definition has from now on: of those asked for, the ones that were free. */
  readonly accepted: CustomResourceNames
  readonly condition: NewCondition
}

/**
 * Which of the names a definition asks for it gets (API-SEMANTICS R02, R03). Names it has already stay its own; a name
 * in use by others is not given, and then the definition is not served until it is free.
 */
export function judgeNames(crd: CustomResourceDefinition, taken: TakenNames): NamesVerdict {
  const { names: asked } = crd.spec
  const { acceptedNames: own } = crd.status
  const accepted: CustomResourceNames = { ...own }
  let conflict: NewCondition | undefined
  const give = (name: 'plural' | 'singular' | 'kind' | 'listKind', used: ReadonlySet<string>, reason: string) => {
    const value = asked[name] ?? ''
    if (value !== (own[name] ?? '') && used.has(value)) conflict = inUse(reason, [value])
    else accepted[name] = value
  }
  give('plural', taken.resources, 'PluralConflict')
  give('singular', taken.resources, 'SingularConflict')
  const shortNames = asked.shortNames ?? []
  const used = shortNames.filter((name) => !own.shortNames?.includes(name) && taken.resources.has(name))
  if (used.length > 0) conflict = inUse('ShortNamesConflict', used)
  else accepted.shortNames = shortNames
  give('kind', taken.kinds, 'KindConflict')
  give('listKind', taken.kinds, 'ListKindConflict')
  accepted.categories = asked.categories ?? []
  return { accepted: inOrder(accepted), condition: conflict ?? noConflict }
}

const noConflict: NewCondition = {
  type: 'NamesAccepted',
  status: 'True',
  reason: 'NoConflicts',
  message: 'no conflicts found',
}

function inUse(reason: string, names: readonly string[]): NewCondition {
  const whys = [...new Set(names)].map((name) => `${JSON.stringify(name)} is already in use`)
  const message = whys.length === 1 ? (whys[0] ?? '') : `[${whys.join(', ')}]`
  return { type: 'NamesAccepted', status: 'False', reason, message }
}

/**
 * Whether the definition was given just the names it asks for, so that there is nothing to judge. Upstream takes equal
 * names for enough, and so leaves a conflict standing that its author took back.
 */
export function hasItsNames(crd: CustomResourceDefinition): boolean {
  const { spec, status } = crd
  return isTrue(crd, 'NamesAccepted') && jsonEquals(inOrder(spec.names), inOrder(status.acceptedNames))
}

/** Members in the order upstream prints them, empty ones left out as there. */
function inOrder({
  plural,
  singular,
  shortNames,
  kind,
  listKind,
  categories,
}: CustomResourceNames): CustomResourceNames {
  return {
    plural,
    ...(singular ? { singular } : {}),
    ...(shortNames?.length ? { shortNames } : {}),
    kind,
    ...(listKind ? { listKind } : {}),
    ...(categories?.length ? { categories } : {}),
  }
}
