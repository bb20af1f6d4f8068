import type { BuiltinKind } from '../../builtin-kind.js'
import { podBinding } from './binding.js'
import { podAttach, podExec, podLog, podPortForward, podProxy } from './connect.js'
import { podEviction } from './eviction.js'
import { podCells } from './pod-cells.js'
import { ownPodDefaults } from './pod-defaults.js'
import { podStrategy } from './pod-strategy.js'

/** core/v1 Pod. No kubelet is behind it: what would ask one answers as upstream does without. */
export const pods: BuiltinKind = {
  defaults: ownPodDefaults,
  strategy: podStrategy,
  cells: podCells,
  subresources: {
    parts: { ephemeralcontainers: ['get', 'patch', 'update'], resize: ['get', 'patch', 'update'] },
    custom: {
      ...{ attach: podAttach, binding: podBinding, eviction: podEviction, exec: podExec, log: podLog },
      ...{ portforward: podPortForward, proxy: podProxy },
    },
  },
}
