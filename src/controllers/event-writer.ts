import { create } from '../registry/create.js'
import { plainWrite } from '../registry/options.js'
import { update } from '../registry/update.js'
import { EventRecorder, type EventWriter } from '../work/event-recorder.js'
import type { ControllerContext } from './controller.js'
import { ignoringNotFound, isNamespaceGone } from './write.js'

/** Records Events of one of the server's own components. */
export function ownEvents(context: ControllerContext, component: string): EventRecorder {
  return new EventRecorder(registryWriter(context, component), component, undefined, () => context.backend.now())
}

function registryWriter({ backend, caller }: ControllerContext, fieldManager: string): EventWriter {
  const resource = backend.registry.stored('', 'events')
  const options = { ...plainWrite, fieldManager }
  return {
    async create(namespace, event) {
      if (!resource) return
      await create(backend, caller, { resource, namespace }, event, options).catch((error: unknown) => {
        if (!isNamespaceGone(error)) throw error
      })
    },
    async countAgain(namespace, name, again) {
      if (!resource) return false
      const target = { resource, namespace, name, subresource: '' }
      const counted = update(backend, caller, target, options, (event) => ({ ...event, ...again }))
      return (await ignoringNotFound(counted)) !== undefined
    },
  }
}
