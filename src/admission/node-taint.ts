import type { KubeObject } from '../meta/object.js'
import { type Admission, onlyOf } from '../registry/admission.js'
import type { Toleration } from './pods/pod.js'
import { isWriteOf } from './refuse.js'

interface Node extends KubeObject {
  spec?: { taints?: Toleration[] }
}

const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** TaintNodesByCondition: until somebody has seen that a new node is ready, nothing is to be scheduled there. */
export const newNodeTaint: Admission = {
  concerns: onlyOf('/nodes'),
  mutate(request) {
    if (request.operation !== 'CREATE' || !isWriteOf(request, '', 'nodes')) return
    const node = request.object as Node
    const taints = node.spec?.taints ?? []
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return
    node.spec = { ...node.spec, taints: [...taints, { ...notReady }] }
  },
}
