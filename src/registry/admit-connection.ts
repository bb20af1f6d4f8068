import type { KubeObject } from '../meta/object.js'
import type { AdmissionRequest } from './admission.js'
import { type Backend, type Caller, callerInAdmission } from './backend.js'
import type { CustomSubresource } from './definition.js'
import type { Resource } from './resource.js'

interface ConnectionTarget {
  readonly resource: Resource
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/**
 * Asks admission whether a connection may be made (operation CONNECT: exec, attach, portforward, proxies), before
 * anything is looked up. `options`: what is asked for. @throws StatusError
 */
export async function admitConnection(
  { admission }: Backend,
  caller: Caller,
  target: ConnectionTarget,
  kind: NonNullable<CustomSubresource['kind']>,
  options: object,
): Promise<void> {
  const request: AdmissionRequest = {
    ...target,
    operation: 'CONNECT',
    kind,
    old: undefined,
    dryRun: false,
    options: null,
    object: { kind: kind.kind, apiVersion: kind.version, ...options } as KubeObject,
    ...callerInAdmission(caller),
  }
  await admission.mutate(request)
  await admission.validate(request)
}
