import type { ScaleSubresource } from '../registry/definition.js'

/** `/scale` of the kinds that make pods of a template. */
export const workloadScale: ScaleSubresource = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
}
