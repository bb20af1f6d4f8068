import { fieldError, formatFieldErrors } from '../../../meta/field-error.js'
import type { KubeObject, ObjectMeta } from '../../../meta/object.js'
import { errors } from '../../../meta/status.js'
import { type Backend, timestamp } from '../../../registry/backend.js'
import type { ComputedVerbs } from '../../../registry/computed-verbs.js'
import type { CustomSubresource } from '../../../registry/definition.js'
import { plainWrite } from '../../../registry/options.js'
import { update } from '../../../registry/update.js'
import { asPod, type Pod, setCondition } from './pod.js'

interface Binding extends KubeObject {
  readonly target?: { readonly kind?: string; readonly name?: string }
}

/** `pods/binding`: a scheduler says which node a pod runs on. */
export const podBinding: CustomSubresource = {
  kind: { group: '', version: 'v1', kind: 'Binding' },
  methods: {
    POST: async (call) => {
      const binding = (call.body ?? {}) as Binding
      if (binding.metadata?.name !== call.name) {
        throw errors.badRequest('name in URL does not match name in Binding object')
      }
      const node = checkTarget(binding)
      await call.update((object) => assign(asPod(object), binding.metadata, node), 'binding')
      return done()
    },
  },
}

/** core/v1 Binding, the older way to say the same. */
export function bindings(backend: () => Backend): ComputedVerbs {
  return {
    async create({ namespace, user, dryRun }, object) {
      const node = checkTarget(object)
      const resource = backend().registry.stored('', 'pods')
      if (!resource) throw errors.notFound({ group: '', resource: 'pods' }, object.metadata.name ?? '')
      const target = { resource, namespace, name: object.metadata.name ?? '', subresource: 'binding' }
      const options = { ...plainWrite, dryRun, managedFieldsFinal: true }
      await update(backend(), { user, warn: () => {} }, target, options, (pod) => {
        assign(asPod(pod), object.metadata, node)
        return pod
      })
      return done()
    },
  }
}

const done = (): KubeObject => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 })

/** The node's name. Upstream does not call what is wrong here invalid. */
function checkTarget({ target = {} }: Binding): string {
  const { kind = '', name = '' } = target
  const found = [
    ...(kind === '' || kind === 'Node' ? [] : [fieldError.notSupported('target.kind', kind, ['Node', '<empty>'])]),
    ...(name === '' ? [fieldError.required('target.name')] : []),
  ]
  if (found.length > 0) throw errors.bare(500, formatFieldErrors(found))
  return name
}

function assign(pod: Pod, { uid, resourceVersion, annotations, labels }: ObjectMeta, node: string): void {
  const { metadata, spec } = pod
  const refuse = (why: string) => errors.conflict({ group: '', resource: 'pods/binding' }, metadata.name ?? '', why)
  const conditions = { UID: [uid, metadata.uid], ResourceVersion: [resourceVersion, metadata.resourceVersion] }
  for (const [what, [wanted, own]] of Object.entries(conditions)) {
    if (!wanted || wanted === own) continue
    throw refuse(`Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${own}`)
  }
  if (metadata.deletionTimestamp) throw refuse(`pod ${metadata.name} is being deleted, cannot be assigned to a host`)
  if (spec.nodeName) throw refuse(`pod ${metadata.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`)
  if (spec.schedulingGates?.length) throw refuse(`pod ${metadata.name} has non-empty .spec.schedulingGates`)
  pod.spec = { ...spec, nodeName: node }
  delete pod.status?.nominatedNodeName
  if (annotations) metadata.annotations = { ...metadata.annotations, ...annotations }
  if (labels) metadata.labels = { ...metadata.labels, ...labels }
  setCondition(pod, { type: 'PodScheduled', status: 'True', lastTransitionTime: timestamp(new Date()) })
}
