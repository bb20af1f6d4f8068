import type { KubeObject, ObjectMeta } from '../../meta/object.js'

/** apiregistration.k8s.io/v1 APIService, decoded by its Go type: what is there has the right type. */
export interface ApiService extends KubeObject {
  readonly metadata: ObjectMeta
  readonly spec: ApiServiceSpec
  readonly status?: { readonly conditions?: readonly ApiServiceCondition[] }
}

export interface ApiServiceSpec {
  readonly group?: string
  readonly version?: string
  /** Absent: this server serves the group version itself. */
  readonly service?: { readonly namespace?: string; readonly name?: string; readonly port?: number }
  readonly insecureSkipTLSVerify?: boolean
  /** PEM in base64. */
  readonly caBundle?: string
  readonly groupPriorityMinimum?: number
  readonly versionPriority?: number
}

export interface ApiServiceCondition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
  readonly reason?: string
  readonly message?: string
}

/** Of what this server serves itself; `now` is RFC 3339. */
export function locallyAvailable(now: string | null | undefined): ApiServiceCondition {
  return {
    ...{ type: 'Available', status: 'True', ...(now ? { lastTransitionTime: now } : {}) },
    ...{ reason: 'Local', message: 'Local APIServices are always available' },
  }
}

export function availableCondition({ status }: ApiService): ApiServiceCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Available')
}
