import type { KubeObject } from '../../meta/object.js'
import { errors, StatusError } from '../../meta/status.js'
import type { Admission, AdmissionRequest } from '../../registry/admission.js'
import type { Allocator } from '../../registry/allocator.js'
import type { Backend, Caller } from '../../registry/backend.js'
import { plainWrite } from '../../registry/options.js'
import { update } from '../../registry/update.js'
import { decodeStored } from '../../store/encode.js'
import { storeKey } from '../../store/keys.js'
import { type Guard, noLook } from '../../store/store.js'
import { writeAmounts } from './amounts.js'
import { checkRequest, type Quota, readQuota } from './check-request.js'
import { evaluatorFor } from './evaluators.js'
import type { QuotaUsage } from './quota-usage.js'

/** How often the statuses of quotas are written again that others have changed meanwhile. */
const attempts = 10
/** Whom managedFields names, as upstream. */
const write = { ...plainWrite, fieldManager: 'kube-apiserver' }

interface Waiting {
  readonly request: AdmissionRequest
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * ResourceQuota: what is made in a namespace stays within its quotas (API-SEMANTICS A92). A write is admitted once the
 * statuses of the quotas say that it takes its part; those of one namespace are admitted together, one lot after the
 * other, so that no two of them take the same.
 */
export class ResourceQuotas implements Admission, Allocator {
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #charged = new Map<AdmissionRequest, ReturnType<QuotaUsage['begin']>>()

  constructor(
    private readonly usage: QuotaUsage,
    private readonly backend: () => Backend,
    private readonly caller: Caller,
  ) {}

  validate(request: AdmissionRequest): Promise<void> | undefined {
    const { namespace } = request
    if (!concernsQuotas(request) || this.#quotasOf(namespace).length === 0) return undefined
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(namespace)
      const one = { request, resolve, reject }
      if (waiting) waiting.push(one)
      else {
        this.#waiting.set(namespace, [one])
        void this.#decideAll(namespace)
      }
    })
  }

  /**
   * Where other servers write too, one of them may have counted anew while this write was underway, and given away what it
   * takes. So it holds only as long as what is stored leaves room for it.
   */
  guard(request: AdmissionRequest): Guard | undefined {
    const evaluator = this.#charged.has(request) ? evaluatorFor(request.resource) : undefined
    if (!evaluator) return undefined
    const { cache, now } = this.backend()
    const { resource, namespace } = request
    return (looked) => {
      if (looked === noLook) return
      const at = now().getTime()
      const { group, plural } = resource
      const quotas = this.#quotasOf(namespace).map((quota) => {
        const stored = this.usage.storedOf({ group, plural, evaluator }, quota.object, quota.hard, at)
        return { ...quota, used: { ...quota.used, ...stored } }
      })
      checkRequest(quotas, request, evaluator, at)
      looked.below(resource.prefix(namespace), cache.revision)
    }
  }

  allocate(request: AdmissionRequest): ReturnType<Allocator['allocate']> {
    if (!concernsQuotas(request)) return undefined
    return (stored) => {
      this.#charged.get(request)?.(stored)
      this.#charged.delete(request)
    }
  }

  async #decideAll(namespace: string): Promise<void> {
    for (let lot = this.#waiting.get(namespace); lot?.length; lot = this.#waiting.get(namespace)) {
      this.#waiting.set(namespace, [])
      try {
        await this.#decide(namespace, lot)
      } catch (error) {
        for (const { reject } of lot) reject(error)
      }
    }
    this.#waiting.delete(namespace)
  }

  /** Those that take nothing are admitted at once, the others when all statuses are written. */
  async #decide(namespace: string, lot: readonly Waiting[]): Promise<void> {
    const { cache, now } = this.backend()
    let open = lot
    let left: ReadonlySet<string> | undefined
    for (let attempt = 1; open.length > 0; attempt++) {
      await cache.fresh()
      const quotas = this.#quotasOf(namespace).filter(({ object }) => left?.has(object.metadata.name ?? '') ?? true)
      const { admitted, next } = this.#check(quotas, open, now().getTime())
      const changed = next.filter((quota, i) => quota !== quotas[i])
      const written = await Promise.all(changed.map((quota) => this.#write(quota)))
      const refused = changed.filter((_, i) => !written[i])
      if (refused.length === 0) {
        for (const { resolve } of admitted) resolve()
        return
      }
      open = admitted
      left = new Set(refused.map(({ object }) => object.metadata.name ?? ''))
      if (attempt >= attempts) throw errors.conflict({ group: '', resource: 'resourcequotas' }, [...left].join(', '))
    }
  }

  /** Each finds of the quotas what those before it have left. */
  #check(quotas: readonly Quota[], open: readonly Waiting[], now: number) {
    let next = [...quotas]
    const admitted: Waiting[] = []
    for (const waiting of open) {
      const { request, resolve, reject } = waiting
      const evaluator = evaluatorFor(request.resource)
      try {
        const after = evaluator ? checkRequest(next, request, evaluator, now) : next
        const isCharged = after.some((quota, i) => quota !== next[i]) || this.#charged.has(request)
        if (request.dryRun || !isCharged) {
          resolve()
          continue
        }
        next = after
        admitted.push(waiting)
        if (evaluator && !this.#charged.has(request)) {
          const key = request.resource.key(request.namespace, request.object?.metadata.name ?? '')
          const measure = evaluator.measure(request.object as KubeObject)
          this.#charged.set(request, this.usage.begin(key, request.namespace, measure))
        }
      } catch (error) {
        reject(error)
      }
    }
    return { admitted, next }
  }

  /** Answers with whether the quota was still as it had been read; one that is gone bounds nothing. */
  async #write({ object, used }: Quota): Promise<boolean> {
    const { registry } = this.backend()
    const resource = registry.stored('', 'resourcequotas')
    if (!resource) return true
    const { namespace = '', name = '' } = object.metadata
    const target = { resource, namespace, name, subresource: 'status' }
    try {
      await update(this.backend(), this.caller, target, write, (current) => ({
        ...current,
        metadata: { ...current.metadata, resourceVersion: object.metadata.resourceVersion ?? '' },
        status: { ...(object.status as object), used: writeAmounts(used) },
      }))
      return true
    } catch (error) {
      if (error instanceof StatusError && error.code === 404) return true
      if (error instanceof StatusError && error.code === 409) return false
      throw error
    }
  }

  #quotasOf(namespace: string): Quota[] {
    const stored = this.backend().cache.peekAll(storeKey('', 'resourcequotas', namespace))
    return stored.map((one) => readQuota(decodeStored(one)))
  }
}

function concernsQuotas(request: AdmissionRequest): boolean {
  const { operation, resource, namespace, object } = request
  if (operation === 'DELETE' || !resource.namespaced || namespace === '' || object === undefined) return false
  return evaluatorFor(resource)?.concerns(request) ?? false
}
