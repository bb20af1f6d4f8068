import type { KubeObject } from '../../meta/object.js'
import type { RequestedNames } from '../../meta/requested-names.js'
import { timestamp } from '../../registry/backend.js'
import type { Resource } from '../../registry/resource.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import type { CertificateSigner, Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { controllerWrite, ignoringNotFound } from '../write.js'
import { clientFault, kubeletClientFault, kubeletServingFault } from './kubelet-requests.js'

interface SigningRequest extends KubeObject {
  readonly spec: {
    /** Base64 of PEM. */
    readonly request: string
    readonly signerName: string
    readonly usages?: readonly string[]
    readonly expirationSeconds?: number
  }
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly Condition[] }
}

interface Condition {
  readonly type: string
  readonly status?: string
}

const name = 'certificatesigningrequest-signing-controller'
const workers = 5

/** What each signer of Kubernetes' own wants of a request: why it gives no certificate, undefined if it does. */
const signers: Readonly<Record<string, (names: RequestedNames, usages: readonly string[]) => string | undefined>> = {
  'kubernetes.io/kube-apiserver-client': (_, usages) => clientFault(usages),
  'kubernetes.io/kube-apiserver-client-kubelet': kubeletClientFault,
  'kubernetes.io/kubelet-serving': kubeletServingFault,
  'kubernetes.io/legacy-unknown': () => undefined,
}

/** Milliseconds; as kube-controller-manager's when nothing else is said (`--cluster-signing-duration`). */
const longest = 365 * 86_400_000
const shortest = 600_000
/** Clocks may be that far apart. */
const backdated = 300_000
/** A certificate that lives no longer is good for all of the time asked for; of others the clocks' part is taken off. */
const short = 8 * 3_600_000

/**
 * Gives the certificate to requests that are approved, signed by the server's own authority; those that ask a signer for
 * what it does not give are marked Failed. Other signers are others' business, and nothing is approved here.
 */
export const signingController: Controller = {
  async start(context) {
    const { cache, registry } = context.backend
    const { certificates } = context
    const resource = registry.stored('certificates.k8s.io', 'certificatesigningrequests')
    if (!resource || !certificates) return async () => {}
    const queue = new WorkerPool({ name, log: context.log, workers, rests: context.hasUnreadFiles }, async (key) => {
      await cache.fresh()
      const stored = cache.peek(key)
      if (stored) await look(context, resource, certificates, decodeStored(stored) as SigningRequest)
      return undefined
    })
    const stop = cache.watch(resource.prefix(''), cache.revision, ({ type, stored }) => {
      if (type !== 'delete') queue.add(stored.key)
    })
    for (const { key } of cache.peekAll(resource.prefix(''))) queue.add(key)
    return async () => {
      stop()
      await queue.stop()
    }
  },
}

async function look(
  context: ControllerContext,
  resource: Resource,
  certificates: CertificateSigner,
  object: SigningRequest,
): Promise<void> {
  if (!isWaiting(object)) return
  const { spec } = object
  const { usages = [] } = spec
  const request = Buffer.from(spec.request, 'base64').toString()
  const fault = signers[spec.signerName]?.(await certificates.namesOf(request), usages)
  const now = context.backend.now()
  const given =
    fault === undefined
      ? { certificate: await certificates.sign({ request, usages, validity: validityOf(spec, now) }) }
      : { fault, time: timestamp(now) }
  const target = { resource, namespace: '', name: object.metadata.name ?? '', subresource: 'status' } as const
  await ignoringNotFound(
    update(context.backend, context.caller, target, controllerWrite, (current) => {
      const found = current as SigningRequest
      if (found.metadata.uid !== object.metadata.uid || !isWaiting(found)) return current
      return { ...found, status: statusWith(found, given) }
    }),
  )
}

function isWaiting({ spec, status = {} }: SigningRequest): boolean {
  const is = (type: string) => status.conditions?.some((one) => one.type === type && one.status !== 'False') ?? false
  return (
    Object.hasOwn(signers, spec.signerName) && !status.certificate && is('Approved') && !is('Failed') && !is('Denied')
  )
}

type Given = { readonly certificate: string } | { readonly fault: string; readonly time: string }

function statusWith({ status = {} }: SigningRequest, given: Given) {
  if ('certificate' in given) return { ...status, certificate: Buffer.from(given.certificate).toString('base64') }
  const { fault: message, time: lastUpdateTime } = given
  const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime }
  return { ...status, conditions: [...(status.conditions ?? []), failed] }
}

function validityOf({ expirationSeconds }: SigningRequest['spec'], now: Date) {
  const asked = expirationSeconds === undefined ? longest : expirationSeconds * 1000
  const lifetime = Math.min(Math.max(asked, shortest), longest)
  const end = now.getTime() + lifetime - (lifetime < short ? 0 : backdated)
  return { notBefore: new Date(now.getTime() - backdated), notAfter: new Date(end) }
}
