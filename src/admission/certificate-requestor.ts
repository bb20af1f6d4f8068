import type { KubeObject } from '../meta/object.js'
import { type Admission, onlyOf } from '../registry/admission.js'
import { isWriteOf } from './refuse.js'

/** Who asks for a certificate is who the server knows they are, whatever the request says of it. */
export const certificateRequestor: Admission = {
  concerns: onlyOf('certificates.k8s.io/certificatesigningrequests'),
  mutate(request) {
    if (request.operation !== 'CREATE') return
    if (!isWriteOf(request, 'certificates.k8s.io', 'certificatesigningrequests')) return
    const object = request.object as KubeObject
    const { username: _n, uid: _u, groups: _g, extra: _e, ...spec } = (object.spec ?? {}) as Record<string, unknown>
    const { name, uid, groups, extra = {} } = request.user
    object.spec = {
      ...spec,
      username: name,
      ...(uid ? { uid } : {}),
      ...(groups.length > 0 ? { groups: [...groups] } : {}),
      ...(Object.keys(extra).length > 0 ? { extra: { ...extra } } : {}),
    }
  },
}
