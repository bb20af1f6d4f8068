import { jsonEquals } from '../../meta/json-equal.js'
import type { KubeObject } from '../../meta/object.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../../registry/admission.js'
import type { KnownObjects } from '../known-objects.js'
import { isWriteOf, refusal } from '../refuse.js'
import type { Pod, Toleration } from './pod.js'

interface RuntimeClass extends KubeObject {
  readonly overhead?: { readonly podFixed?: Record<string, string> }
  readonly scheduling?: {
    readonly nodeSelector?: Readonly<Record<string, string>>
    readonly tolerations?: readonly Toleration[]
  }
}

/** RuntimeClass: a pod gets what its class says running it costs besides, and where it may run. */
export function podRuntimeClass(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/pods'),
    async mutate(request) {
      const found = await classOf(request)
      if (!found) return
      const { spec } = request.object as Pod
      const { podFixed } = found.overhead ?? {}
      if (found.overhead) {
        if (spec.overhead && Object.keys(spec.overhead).length > 0) checkOverhead(request, podFixed)
        if (podFixed) spec.overhead = { ...podFixed }
        else delete spec.overhead
      }
      if (!found.scheduling) return
      const { nodeSelector, tolerations = [] } = found.scheduling
      if (nodeSelector || spec.nodeSelector) spec.nodeSelector = selectorOf(request, nodeSelector)
      const merged = mergeTolerations([...(spec.tolerations ?? []), ...tolerations])
      if (merged.length > 0) spec.tolerations = merged
    },
    async validate(request) {
      if (!isNewPod(request)) return
      const { overhead } = (await classOf(request)) ?? {}
      if (overhead) return checkOverhead(request, overhead.podFixed)
      if ((request.object as Pod).spec.overhead === undefined) return
      throw refusal(request, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    },
  }

  async function classOf(request: AdmissionRequest): Promise<RuntimeClass | undefined> {
    const name = isNewPod(request) ? (request.object as Pod).spec.runtimeClassName : undefined
    if (name === undefined) return undefined
    const get = () => known.get('node.k8s.io', 'runtimeclasses', '', name)
    if (!get()) await known.fresh()
    const found = get()
    if (!found) throw refusal(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
    return found
  }
}

const isNewPod = (request: AdmissionRequest) => request.operation === 'CREATE' && isWriteOf(request, '', 'pods')

function checkOverhead(request: AdmissionRequest, podFixed: Record<string, string> = {}): void {
  if (jsonEquals((request.object as Pod).spec.overhead ?? {}, podFixed)) return
  throw refusal(request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
}

function selectorOf(request: AdmissionRequest, ofClass: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { nodeSelector = {} } = (request.object as Pod).spec
  for (const [key, value] of Object.entries(ofClass)) {
    const own = Object.hasOwn(nodeSelector, key) ? nodeSelector[key] : value
    if (own === value) continue
    const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`
    throw refusal(request, why)
  }
  return { ...nodeSelector, ...ofClass }
}

/** Without those that another one says already; of equal ones the first stays. */
function mergeTolerations(all: readonly Toleration[]): Toleration[] {
  const merged: Toleration[] = []
  for (const [i, one] of all.entries()) {
    const later = all.slice(i + 1).some((other) => !jsonEquals(other, one) && covers(other, one))
    if (!later && !merged.some((other) => covers(other, one))) merged.push(one)
  }
  return merged
}

function covers(wide: Toleration, one: Toleration): boolean {
  if (jsonEquals(wide, one)) return true
  const { key = '', operator = '', effect = '', value = '', tolerationSeconds } = wide
  if ((one.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false
  if ((one.effect ?? '') !== effect && effect !== '') return false
  if (effect === 'NoExecute' && tolerationSeconds !== undefined) {
    if (one.tolerationSeconds === undefined || one.tolerationSeconds > tolerationSeconds) return false
  }
  if (operator === 'Exists') return true
  return (operator === 'Equal' || operator === '') && one.operator === 'Equal' && (one.value ?? '') === value
}
