import type { GroupVersionKind } from '../meta/gvk.js'
import type { KubeObject } from '../meta/object.js'
import type { UserInfo } from '../meta/user.js'
import type { Guard, Stored } from '../store/store.js'
import type { Resource } from './resource.js'

/** Takes an annotation of the audit event; `Request`: only where the event holds what was asked for too. */
export type AuditNote = (key: string, value: string, level?: 'Request') => void

/** One write, as admission sees it: after defaulting, in the request's version. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  readonly resource: Resource
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  /** Of the object, where that is not the resource's: options of a CONNECT. */
  readonly kind?: GroupVersionKind
  /** Undefined for DELETE; for CONNECT its options, which have no metadata. */
  readonly object: KubeObject | undefined
  /** Undefined for CREATE. */
  readonly old: KubeObject | undefined
  readonly user: UserInfo
  readonly dryRun: boolean
  /** CreateOptions and the like, as webhooks and policies are told of them. */
  readonly options: Readonly<Record<string, unknown>> | null
  /** Adds a `Warning` to the answer. */
  warn(text: string): void
  readonly note: AuditNote
}

/** A namespace, as far as writes within it need to know it. */
export interface NamespaceState {
  readonly terminating: boolean
  readonly stored: Stored
}

/**
 * What may change or refuse a write. A refusal is a thrown StatusError. `mutate` may change request.object, `validate`
 * must not.
 */
export interface Admission {
  /** Whether it has anything to say of such objects, ever; without it, it is asked of all. */
  concerns?(resource: Resource): boolean
  mutate?(request: AdmissionRequest): void | Promise<void>
  validate?(request: AdmissionRequest): void | Promise<void>
  /** What must still hold at the moment the write is queued. */
  guard?(request: AdmissionRequest): Guard | undefined
}

/** All there is, asked in order. */
export type AdmissionChain = Required<Omit<Admission, 'concerns'>>

/** For `concerns`: these kinds alone, each as `<group>/<plural>`. */
export function onlyOf(...kinds: readonly string[]): (resource: Resource) => boolean {
  return ({ group, plural }) => kinds.includes(`${group}/${plural}`)
}

/** Runs several one after the other, in order. */
export function chainAdmission(parts: readonly Admission[]): AdmissionChain {
  const known = new WeakMap<Resource, readonly Admission[]>()
  const concerned = ({ resource }: AdmissionRequest) => {
    let found = known.get(resource)
    if (!found) {
      found = parts.filter((part) => part.concerns?.(resource) ?? true)
      known.set(resource, found)
    }
    return found
  }
  return {
    async mutate(request) {
      for (const part of concerned(request)) {
        const done = part.mutate?.(request)
        // Most decide at once: a turn of the queue for each of them would be most of what they cost.
        if (done) await done
      }
    },
    async validate(request) {
      for (const part of concerned(request)) {
        const done = part.validate?.(request)
        if (done) await done
      }
    },
    guard(request) {
      const guards: Guard[] = []
      for (const part of concerned(request)) {
        const guard = part.guard?.(request)
        if (guard) guards.push(guard)
      }
      return guards.length === 0
        ? undefined
        : (looked) => {
            for (const guard of guards) guard(looked)
          }
    },
  }
}
