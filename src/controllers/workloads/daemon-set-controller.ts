import type { KubeObject } from '../../meta/object.js'
import { decodeStored } from '../../store/encode.js'
import { controllerRevisions, currentRevision } from './controller-revisions.js'
import { membersOf, type Subject, simulation, writeStatus } from './simulation.js'

/** One ready pod on each node that the template selects. */
export const daemonSetController = simulation({
  name: 'daemonset-controller',
  group: 'apps',
  plural: 'daemonsets',
  owned: controllerRevisions,
  look: async (subject) => {
    const count = selectedNodes(subject)
    await currentRevision(subject)
    await writeStatus(subject, ({ conditions }) => ({
      observedGeneration: subject.object.metadata.generation,
      currentNumberScheduled: count,
      desiredNumberScheduled: count,
      numberMisscheduled: 0,
      numberReady: count,
      ...(count > 0 ? { numberAvailable: count, updatedNumberScheduled: count } : {}),
      ...(conditions ? { conditions } : {}),
    }))
  },
})

function selectedNodes({ context, object }: Subject): number {
  const { cache, registry } = context.backend
  const nodes = registry.stored('', 'nodes')
  if (!nodes) return 0
  const wanted = Object.entries(membersOf(podSpec(object).nodeSelector))
  const isSelected = ({ metadata }: KubeObject) => wanted.every(([key, value]) => metadata.labels?.[key] === value)
  return cache.peekAll(nodes.prefix('')).map(decodeStored).filter(isSelected).length
}

const podSpec = ({ spec }: KubeObject) => membersOf(membersOf(membersOf(spec).template).spec)
