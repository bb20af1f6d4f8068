import { membersOf, simulation, writeStatus } from './simulation.js'

/** Every claim is bound, with the capacity it asks for; no volume is made for it. */
export const claimBinder = simulation({
  name: 'persistentvolume-binder-controller',
  group: '',
  plural: 'persistentvolumeclaims',
  look: async (subject) => {
    const spec = membersOf(subject.object.spec)
    const requests = membersOf(membersOf(spec.resources).requests)
    await writeStatus(subject, (status) => ({
      ...status,
      phase: 'Bound',
      ...(spec.accessModes ? { accessModes: spec.accessModes } : {}),
      ...(requests.storage ? { capacity: { ...membersOf(status.capacity), storage: requests.storage } } : {}),
    }))
  },
})
