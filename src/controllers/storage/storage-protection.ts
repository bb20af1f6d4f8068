import type { KubeObject } from '../../meta/object.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { Stored } from '../../store/store.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'

/** A kind of storage that stays while something uses it. */
interface Protection {
  /** Of the controller. */
  readonly name: string
  readonly group: string
  readonly plural: string
  readonly finalizer: string
  /** Core resources that use it, with the names of what an object of them uses, in its own namespace if there is one. */
  readonly users: Readonly<Record<string, (object: KubeObject) => readonly (string | undefined)[]>>
  /** What the object itself says. */
  inUse?(object: KubeObject): boolean
}

/** The parts of core/v1 Pod, PersistentVolumeClaim and PersistentVolume that say what they use. */
interface User extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string
    readonly volumeAttributesClassName?: string
    readonly volumes?: readonly {
      readonly name: string
      readonly persistentVolumeClaim?: { readonly claimName?: string }
      readonly ephemeral?: object
    }[]
  }
  readonly status?: {
    readonly phase?: string
    readonly currentVolumeAttributesClassName?: string
    readonly modifyVolumeStatus?: { readonly targetVolumeAttributesClassName?: string }
  }
}

const workers = 2

/** `pvc-protection`: while pods that were given a node have it. */
export const claimProtection = protection({
  name: 'persistentvolumeclaim-protection-controller',
  group: '',
  plural: 'persistentvolumeclaims',
  finalizer: 'kubernetes.io/pvc-protection',
  users: { pods: claimsOf },
})

/** `pv-protection`: while a claim has it. */
export const volumeProtection = protection({
  name: 'persistentvolume-protection-controller',
  group: '',
  plural: 'persistentvolumes',
  finalizer: 'kubernetes.io/pv-protection',
  users: {},
  inUse: (volume: User) => volume.status?.phase === 'Bound',
})

/** `vac-protection`: while claims or volumes have it, or are to get it. */
export const attributesClassProtection = protection({
  name: 'volumeattributesclass-protection-controller',
  group: 'storage.k8s.io',
  plural: 'volumeattributesclasses',
  finalizer: 'kubernetes.io/vac-protection',
  users: { persistentvolumeclaims: classesOf, persistentvolumes: classesOf },
})

/** A pod that is on no node yet is not let start with a claim that is being deleted, so it does not count. */
function claimsOf({ metadata, spec = {} }: User): (string | undefined)[] {
  if (!spec.nodeName) return []
  return (spec.volumes ?? []).map(({ name, persistentVolumeClaim, ephemeral }) =>
    ephemeral ? `${metadata.name}-${name}` : persistentVolumeClaim?.claimName,
  )
}

function classesOf({ spec = {}, status = {} }: User): (string | undefined)[] {
  const { currentVolumeAttributesClassName: current, modifyVolumeStatus } = status
  return [spec.volumeAttributesClassName, current, modifyVolumeStatus?.targetVolumeAttributesClassName]
}

function protection(kind: Protection): Controller {
  return {
    async start(context) {
      const { cache, registry } = context.backend
      const resource = registry.stored(kind.group, kind.plural)
      if (!resource) return async () => {}
      const options = { name: kind.name, log: context.log, workers, rests: context.hasUnreadFiles }
      const queue = new WorkerPool(options, (key) => look(context, resource, kind, key))
      const see = (stored: Stored) => {
        if (wants(decodeStored(stored), kind.finalizer) !== undefined) queue.add(stored.key)
      }
      const prefix = resource.prefix('')
      const stops = [
        cache.watch(prefix, cache.revision, ({ type, stored }) => {
          if (type !== 'delete') see(stored)
        }),
        ...Object.entries(kind.users).map(([plural, used]) =>
          cache.watch(registry.stored('', plural)?.prefix('') ?? plural, cache.revision, ({ stored, previous }) => {
            for (const object of [previous, stored].flatMap((one) => (one ? [decodeStored(one)] : []))) {
              for (const name of used(object)) {
                const one = name && cache.peek(resource.key(object.metadata.namespace ?? '', name))
                if (one) see(one)
              }
            }
          }),
        ),
      ]
      for (const stored of cache.peekAll(prefix)) see(stored)
      return async () => {
        for (const stop of stops) stop()
        await queue.stop()
      }
    },
  }
}

/** What is to be done with the finalizer: storage has it from its creation until its deletion is asked for. */
function wants({ metadata }: KubeObject, finalizer: string): 'add' | 'remove' | undefined {
  const has = metadata.finalizers?.includes(finalizer) ?? false
  if (metadata.deletionTimestamp) return has ? 'remove' : undefined
  return has ? undefined : 'add'
}

async function look(context: ControllerContext, resource: Resource, kind: Protection, key: string): Promise<undefined> {
  const { backend, caller } = context
  await backend.cache.fresh()
  const stored = backend.cache.peek(key)
  if (!stored) return
  const object = decodeStored(stored)
  if (wants(object, kind.finalizer) === undefined) return
  const { name = '', namespace = '' } = object.metadata
  await ignoringNotFound(
    update(backend, caller, { resource, namespace, name, subresource: '' }, controllerWrite, (current) => {
      const task = wants(current, kind.finalizer)
      const { finalizers = [] } = current.metadata
      if (task === 'add') current.metadata.finalizers = [...finalizers, kind.finalizer]
      if (task !== 'remove' || kind.inUse?.(current) || isUsed(context, kind, current)) return current
      current.metadata.finalizers = finalizers.filter((finalizer) => finalizer !== kind.finalizer)
      return current
    }),
  )
}

function isUsed({ backend }: ControllerContext, { users }: Protection, { metadata }: KubeObject): boolean {
  const { name = '', namespace = '' } = metadata
  return Object.entries(users).some(([plural, used]) => {
    const prefix = backend.registry.stored('', plural)?.prefix(namespace)
    return prefix !== undefined && backend.cache.peekAll(prefix).some((one) => used(decodeStored(one)).includes(name))
  })
}
