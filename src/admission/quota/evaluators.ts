import type { Resource } from '../../registry/resource.js'
import { deviceClaimEvaluator, volumeClaimEvaluator } from './claims.js'
import { countEvaluator, type Evaluator } from './evaluator.js'
import { podEvaluator } from './pods.js'
import { serviceEvaluator } from './services.js'

export interface MeasuredResource {
  readonly group: string
  readonly plural: string
  readonly evaluator: Evaluator
}

/** Those of which more than the number counts, or the number under a name of old. */
const special: readonly MeasuredResource[] = [
  { group: '', plural: 'pods', evaluator: podEvaluator },
  { group: '', plural: 'services', evaluator: serviceEvaluator },
  { group: '', plural: 'persistentvolumeclaims', evaluator: volumeClaimEvaluator },
  { group: 'resource.k8s.io', plural: 'resourceclaims', evaluator: deviceClaimEvaluator },
  ...['configmaps', 'replicationcontrollers', 'resourcequotas', 'secrets'].map((plural) => ({
    group: '',
    plural,
    evaluator: countEvaluator('', plural, plural),
  })),
]

/** undefined: no quota bounds such objects (events, for they come by themselves). */
export function evaluatorOf(group: string, plural: string): Evaluator | undefined {
  if (plural === 'events' && (group === '' || group === 'events.k8s.io')) return undefined
  const found = special.find((one) => one.plural === plural && one.group === group)
  return found?.evaluator ?? countEvaluator(group, plural)
}

/** Kept, since every write asks. */
const ofResources = new WeakMap<Resource, { readonly evaluator: Evaluator | undefined }>()

/** As `evaluatorOf`, for what is served. */
export function evaluatorFor(resource: Resource): Evaluator | undefined {
  let found = ofResources.get(resource)
  if (!found) {
    found = { evaluator: evaluatorOf(resource.group, resource.plural) }
    ofResources.set(resource, found)
  }
  return found.evaluator
}

/** The resources whose objects a quota of such amounts is about, whether they are served or not. */
export function measuredBy(names: readonly string[]): MeasuredResource[] {
  const known = special.filter(({ evaluator }) => names.some(evaluator.measures))
  const counted = names.flatMap((name) => {
    const [, plural = '', group = ''] = /^count\/([^.]+)(?:\.(.+))?$/.exec(name) ?? []
    const evaluator = evaluatorOf(group, plural)
    const isKnown = known.some((one) => one.plural === plural && one.group === group)
    return plural && evaluator && !isKnown ? [{ group, plural, evaluator }] : []
  })
  return [...known, ...counted]
}
