import { jsonEquals } from '../meta/json-equal.js'
import type { KubeObject } from '../meta/object.js'
import { type Admission, type AdmissionRequest, onlyOf } from '../registry/admission.js'
import { type Authorizer, resourceAttributes } from '../registry/authorizer.js'
import { refusal } from './refuse.js'

interface SigningRequest extends KubeObject {
  readonly spec?: { readonly signerName?: string }
  readonly status?: { readonly certificate?: string; readonly conditions?: readonly unknown[] }
}

const group = 'certificates.k8s.io'

/**
 * CertificateApproval and CertificateSigning: who approves a request, or brings its certificate, must be allowed to
 * `approve` or `sign` for its signer.
 */
export function certificateSigners(authorizer: Authorizer): Admission {
  return {
    concerns: onlyOf('certificates.k8s.io/certificatesigningrequests'),
    async validate(request) {
      const { resource, subresource, operation } = request
      if (operation !== 'UPDATE' || resource.group !== group || resource.plural !== 'certificatesigningrequests') return
      const [now, old] = [request.object as SigningRequest, request.old as SigningRequest]
      const verb = subresource === 'approval' ? 'approve' : subresource === 'status' && isSigned(now, old) ? 'sign' : ''
      if (verb === '') return
      const { signerName = '' } = old.spec ?? {}
      if (await mayActFor(authorizer, request, verb, signerName)) return
      throw refusal(request, `user not permitted to ${verb} requests with signerName ${JSON.stringify(signerName)}`)
    },
  }
}

function isSigned({ status: now = {} }: SigningRequest, { status: old = {} }: SigningRequest): boolean {
  return now.certificate !== old.certificate || !jsonEquals(now.conditions ?? [], old.conditions ?? [])
}

/** By the signer's name, or by all names of its domain. */
async function mayActFor(authorizer: Authorizer, { user }: AdmissionRequest, verb: string, signer: string) {
  for (const name of [signer, `${signer.split('/')[0]}/*`]) {
    const attributes = resourceAttributes({ user, verb, group, resource: 'signers', name })
    const { allowed } = await authorizer.authorize(attributes)
    if (allowed) return true
  }
  return false
}
