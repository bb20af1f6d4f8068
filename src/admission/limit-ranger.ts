import type { KubeObject } from '../meta/object.js'
import { podResources } from '../meta/pod-resources.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../registry/admission.js'
import type { KnownObjects } from './known-objects.js'
import { checkLimits, type Limit } from './limits.js'
import type { Container, Pod, Resources } from './pods/pod.js'
import { isWriteOf, refusal } from './refuse.js'

interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly Limit[] }
}

/** LimitRanger: limit ranges of a namespace say what its containers, pods and claims ask for at least, at most, by default. */
export function limitRanger(known: KnownObjects): Admission {
  const limitsOf = ({ namespace }: AdmissionRequest) =>
    (known.all('', 'limitranges', namespace) as LimitRange[]).map(({ spec }) => spec?.limits ?? [])
  const isNewPod = (request: AdmissionRequest) => request.operation === 'CREATE' && isWriteOf(request, '', 'pods')
  return {
    concerns: onlyOf('/pods', '/persistentvolumeclaims'),
    async mutate(request) {
      if (!isNewPod(request)) return
      await known.fresh()
      for (const limits of limitsOf(request)) setDefaults(request.object as Pod, limits)
    },
    async validate(request) {
      const isClaim = isWriteOf(request, '', 'persistentvolumeclaims')
      if (request.old?.metadata.deletionTimestamp || !(isNewPod(request) || isClaim)) return
      await known.fresh()
      for (const limits of limitsOf(request)) {
        const found = isClaim
          ? claimErrors(request.object as KubeObject, limits)
          : podErrors((request.object as Pod).spec, limits)
        const [first] = found
        if (first) throw refusal(request, found.length === 1 ? first : `[${[...new Set(found)].join(', ')}]`)
      }
    },
  }
}

function setDefaults({ metadata, spec }: Pod, limits: readonly Limit[]): void {
  const ofContainers = limits.filter(({ type }) => type === 'Container')
  const defaults = {
    requests: Object.assign({}, ...ofContainers.map((limit) => limit.defaultRequest)),
    limits: Object.assign({}, ...ofContainers.map((limit) => limit.default)),
  }
  const set = [
    ...spec.containers.flatMap((container) => addDefaults(container, defaults, 'container')),
    ...(spec.initContainers ?? []).flatMap((container) => addDefaults(container, defaults, 'init container')),
  ]
  if (set.length === 0) return
  metadata.annotations = {
    ...metadata.annotations,
    'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${set.join('; ')}`,
  }
}

/** What was set, as the pod's annotation tells it. */
function addDefaults(container: Container, defaults: Required<Resources>, what: string): string[] {
  const told: string[] = []
  for (const [list, word] of [['requests', 'request'] as const, ['limits', 'limit'] as const]) {
    const given = container.resources?.[list] ?? {}
    const missing = Object.entries(defaults[list]).filter(([name]) => !Object.hasOwn(given, name))
    if (missing.length === 0) continue
    container.resources = { ...container.resources, [list]: { ...given, ...Object.fromEntries(missing) } }
    const names = missing.map(([name]) => name).sort()
    told.push(`${names.join(', ')} ${word} for ${what} ${container.name}`)
  }
  return told
}

function podErrors(spec: Pod['spec'], limits: readonly Limit[]): string[] {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  return limits.flatMap((limit) => {
    if (limit.type === 'Container') return containers.flatMap(({ resources }) => checkLimits(limit, resources))
    return limit.type === 'Pod' ? checkLimits(limit, podResources(spec)) : []
  })
}

/** Only what a claim requests counts. */
function claimErrors(claim: KubeObject, limits: readonly Limit[]): string[] {
  const { resources } = claim.spec as { resources?: Resources }
  const requests = resources?.requests ?? {}
  return limits
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap((limit) => checkLimits(limit, { requests, limits: requests }, true))
}
