import { type Admission, onlyOf } from '../../registry/admission.js'
import { isWriteOf } from '../refuse.js'
import type { Pod } from './pod.js'

/** How long pods stay on a node that is gone, in seconds. */
const tolerationSeconds = 300

/** DefaultTolerationSeconds: a pod that says nothing of nodes that are gone leaves them after five minutes. */
export const defaultTolerationSeconds: Admission = {
  concerns: onlyOf('/pods'),
  mutate(request) {
    if (!isWriteOf(request, '', 'pods')) return
    const { spec } = request.object as Pod
    const given = spec.tolerations ?? []
    const missing = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'].filter(
      (taint) =>
        !given.some(({ key = '', effect = '' }) => ['', taint].includes(key) && ['', noExecute].includes(effect)),
    )
    if (missing.length === 0) return
    const added = missing.map((key) => ({ effect: noExecute, key, operator: 'Exists', tolerationSeconds }))
    spec.tolerations = [...given, ...added]
  },
}

const noExecute = 'NoExecute'
