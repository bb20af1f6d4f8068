import { controllerRevisions, currentRevision } from './controller-revisions.js'
import { numberAt, simulation, writeStatus } from './simulation.js'

/** All replicas ready and of the newest revision. */
export const statefulSetController = simulation({
  name: 'statefulset-controller',
  group: 'apps',
  plural: 'statefulsets',
  owned: controllerRevisions,
  look: async (subject) => {
    const { spec, metadata } = subject.object
    const replicas = numberAt(spec, 'replicas')
    const revision = await currentRevision(subject)
    await writeStatus(subject, ({ conditions }) => ({
      observedGeneration: metadata.generation,
      replicas,
      availableReplicas: replicas,
      ...(replicas > 0 ? { readyReplicas: replicas, currentReplicas: replicas, updatedReplicas: replicas } : {}),
      ...(revision === undefined ? {} : { currentRevision: revision, updateRevision: revision }),
      collisionCount: 0,
      ...(conditions ? { conditions } : {}),
    }))
  },
})
