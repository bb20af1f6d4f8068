import { numberAt, simulation, writeStatus } from './simulation.js'

/** As many replicas as are asked for, all ready. */
export const replicaSetController = simulation({
  name: 'replicaset-controller',
  group: 'apps',
  plural: 'replicasets',
  look: async (subject) => {
    const { spec, metadata } = subject.object
    const replicas = numberAt(spec, 'replicas')
    await writeStatus(subject, ({ conditions }) => ({
      observedGeneration: metadata.generation,
      replicas,
      ...(replicas > 0 ? { fullyLabeledReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas } : {}),
      ...(conditions ? { conditions } : {}),
    }))
  },
})
