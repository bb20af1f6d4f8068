import type { Admission } from '../registry/admission.js'
import { isWriteOf } from './refuse.js'

const finalizers = [
  ['', 'persistentvolumeclaims', 'kubernetes.io/pvc-protection'],
  ['', 'persistentvolumes', 'kubernetes.io/pv-protection'],
  ['storage.k8s.io', 'volumeattributesclasses', 'kubernetes.io/vac-protection'],
] as const

/**
 * StorageObjectInUseProtection: storage that is deleted stays until nothing uses it any more, which its controllers
 * find out.
 */
export const storageProtection: Admission = {
  concerns: ({ group, plural }) => finalizers.some((one) => one[0] === group && one[1] === plural),
  mutate(request) {
    if (request.operation !== 'CREATE') return
    const [, , finalizer] = finalizers.find(([group, plural]) => isWriteOf(request, group, plural)) ?? []
    const metadata = request.object?.metadata
    if (finalizer === undefined || !metadata || metadata.finalizers?.includes(finalizer)) return
    metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
  },
}
