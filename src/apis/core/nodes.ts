import { type FieldError, fieldError } from '../../meta/field-error.js'
import { parseCidr } from '../../meta/ip-address.js'
import { labelValueErrors, qualifiedNameErrors } from '../../meta/names.js'
import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkChoice, each, invalidBy, repeated } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { checkCidr } from '../ip-checks.js'
import { type NodeStatus, validateNodeStatus } from './node-status.js'
import { nodeProxy } from './pods/connect.js'

interface Spec {
  podCIDR?: string
  podCIDRs?: string[]
  providerID?: string
  externalID?: string
  unschedulable?: boolean
  taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[]
}

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const rolePrefix = 'node-role.kubernetes.io/'
const unknown = '<unknown>'

const specOf = (node: KubeObject) => (node.spec ?? {}) as Spec
const statusOf = (node: KubeObject) => (node.status ?? {}) as NodeStatus
const infoOf = (node: KubeObject, field: string) => statusOf(node).nodeInfo?.[field] ?? ''
const addressOf = (node: KubeObject, type: string) =>
  statusOf(node).addresses?.find((address) => address.type === type)?.address ?? '<none>'

/** core/v1 Node. */
export const nodes: BuiltinKind = {
  defaults: { 'core.v1.NodeStatus': { set: allocateCapacity } },
  subresources: { custom: { proxy: nodeProxy } },
  strategy: {
    prepareForCreate: prepareSpec,
    prepareForUpdate: (node, _old, subresource) => {
      if (subresource !== 'status') prepareSpec(node)
      // Of a feature that upstream has no more.
      else delete (node.status as JsonObject | undefined)?.config
    },
    validate: (node, update) =>
      update?.subresource === 'status' ? validateNodeStatus(statusOf(node)) : validateSpec(specOf(node)),
    // As upstream, which looks at the whole of an update twice, and names each cause as often.
    validateUpdate: (node, old, subresource) =>
      subresource === 'status' ? [] : [...validateSpec(specOf(node)), ...validateChange(node, old)],
    warnings: (node) =>
      specOf(node).externalID ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes'] : [],
  },
  cells: {
    Status: (node) => {
      const ready = statusOf(node).conditions?.find(({ type }) => type === 'Ready')
      const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
      return specOf(node).unschedulable ? `${state},SchedulingDisabled` : state
    },
    Roles: ({ metadata }) => {
      const roles = Object.entries(metadata.labels ?? {}).flatMap(([key, value]) => {
        if (key.startsWith(rolePrefix)) return key.slice(rolePrefix.length) || []
        return key === 'kubernetes.io/role' && value ? value : []
      })
      return [...new Set(roles)].sort().join(',') || '<none>'
    },
    Age: age,
    Version: (node) => infoOf(node, 'kubeletVersion'),
    'Internal-IP': (node) => addressOf(node, 'InternalIP'),
    'External-IP': (node) => addressOf(node, 'ExternalIP'),
    'OS-Image': (node) => infoOf(node, 'osImage') || unknown,
    'Kernel-Version': (node) => {
      const architecture = infoOf(node, 'architecture')
      return (infoOf(node, 'kernelVersion') || unknown) + (architecture ? ` (${architecture})` : '')
    },
    'Container-Runtime': (node) => infoOf(node, 'containerRuntimeVersion') || unknown,
  },
}

/** Nobody says that something is set aside: then all that a node has can be given. */
function allocateCapacity(status: JsonObject): void {
  if (status.allocatable === undefined && status.capacity !== undefined) status.allocatable = status.capacity
}

/** `podCIDR` is the first of `podCIDRs`; where they differ the older field is right. */
function prepareSpec(node: KubeObject): void {
  const { spec } = node as { spec?: Spec & JsonObject }
  if (!spec) return
  delete spec.configSource
  if (spec.podCIDR) spec.podCIDRs = [spec.podCIDR, ...(spec.podCIDRs?.slice(1) ?? [])]
  else if (spec.podCIDRs?.[0]) spec.podCIDR = spec.podCIDRs[0]
}

function validateSpec({ taints = [], podCIDRs = [] }: Spec): FieldError[] {
  // Upstream says of taints that they are metadata.
  const path = 'metadata.taints'
  const again = repeated(taints, ({ key, effect }) => JSON.stringify([key, effect]))
  const found = each(taints, path, ({ key, value = '', effect }, at, i) => {
    const shown = goShape(taints[i], 'core.v1.Taint')
    return [
      ...invalidBy(`${at}.key`, key, qualifiedNameErrors(key)),
      ...invalidBy(`${at}.value`, value, labelValueErrors(value)),
      ...(effect === '' ? [fieldError.required(`${at}.effect`)] : checkChoice(effect, effects, `${at}.effect`)),
      ...(again[i] ? [fieldError.duplicateOf(at, shown, 'taints must be unique by key and effect pair')] : []),
    ]
  })
  found.push(...each(podCIDRs, 'spec.podCIDRs', (cidr, at) => checkCidr(cidr, at)))
  const families = podCIDRs.map((cidr) => parseCidr(cidr)?.address.bytes.length)
  if (podCIDRs.length < 2 || families.includes(undefined)) return found
  if (podCIDRs.length === 2 && families[0] !== families[1]) return found
  return [
    ...found,
    fieldError.invalid('spec.podCIDRs', podCIDRs, 'may specify no more than one CIDR for each IP family'),
  ]
}

/** Addresses of pods and the provider's name of a node are given once. */
function validateChange(node: KubeObject, old: KubeObject): FieldError[] {
  const [spec, before] = [specOf(node), specOf(old)]
  const found: FieldError[] = []
  const wasGiven = (before.podCIDRs?.length ?? 0) > 0
  if (wasGiven && (spec.podCIDRs ?? []).join() !== before.podCIDRs?.join()) {
    found.push(fieldError.forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'))
  }
  if (before.providerID && spec.providerID !== before.providerID) {
    found.push(
      fieldError.forbidden('spec.providerID', 'node updates may not change providerID except from "" to valid'),
    )
  }
  if (spec.externalID !== before.externalID) found.push(fieldError.forbidden('spec.externalID', 'may not be updated'))
  return found
}
