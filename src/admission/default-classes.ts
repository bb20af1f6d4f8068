import type { KubeObject } from '../meta/object.js'
import { type Admission, onlyOf } from '../registry/admission.js'
import type { KnownObjects } from './known-objects.js'
import { isWriteOf } from './refuse.js'

interface Classed extends KubeObject {
  spec: { storageClassName?: string; ingressClassName?: string }
}

const storageClassAnnotation = 'volume.beta.kubernetes.io/storage-class'
const ingressClassAnnotation = 'kubernetes.io/ingress.class'
const defaultStorage = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]
const defaultIngress = ['ingressclass.kubernetes.io/is-default-class']

/** DefaultStorageClass: a claim that names no class gets the newest of the default ones (API-SEMANTICS A92). */
export function defaultStorageClass(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('/persistentvolumeclaims'),
    async mutate(request) {
      if (!isWriteOf(request, '', 'persistentvolumeclaims')) return
      const { metadata, spec } = request.object as Classed
      if (spec.storageClassName !== undefined || hasAnnotation(metadata.annotations, storageClassAnnotation)) return
      const name = await newestDefault(known, 'storage.k8s.io', 'storageclasses', defaultStorage)
      if (name) spec.storageClassName = name
    },
  }
}

/** DefaultIngressClass: the same for an ingress. */
export function defaultIngressClass(known: KnownObjects): Admission {
  return {
    concerns: onlyOf('networking.k8s.io/ingresses'),
    async mutate(request) {
      if (request.operation !== 'CREATE' || !isWriteOf(request, 'networking.k8s.io', 'ingresses')) return
      const { metadata, spec } = request.object as Classed
      if (spec.ingressClassName !== undefined || hasAnnotation(metadata.annotations, ingressClassAnnotation)) return
      const name = await newestDefault(known, 'networking.k8s.io', 'ingressclasses', defaultIngress)
      if (name) spec.ingressClassName = name
    },
  }
}

const hasAnnotation = (annotations: Readonly<Record<string, string>> = {}, key: string) =>
  Object.hasOwn(annotations, key)

async function newestDefault(known: KnownObjects, group: string, plural: string, marks: readonly string[]) {
  await known.fresh()
  const classes = known
    .all(group, plural, '')
    .filter(({ metadata }) => marks.some((mark) => metadata.annotations?.[mark] === 'true'))
  const newest = (a: KubeObject, b: KubeObject) =>
    order(b.metadata.creationTimestamp, a.metadata.creationTimestamp) || order(a.metadata.name, b.metadata.name)
  return classes.sort(newest)[0]?.metadata.name
}

function order(a: string | null = '', b: string | null = ''): number {
  return (a ?? '') < (b ?? '') ? -1 : a === b ? 0 : 1
}
