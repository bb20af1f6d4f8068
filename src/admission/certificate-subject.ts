import type { KubeObject } from '../meta/object.js'
import { type Admission, onlyOf } from '../registry/admission.js'
import { isWriteOf, refusal } from './refuse.js'

const clientSigner = 'kubernetes.io/kube-apiserver-client'
const masters = 'system:masters'

/** Reads the organizations that a certificate is asked for, of a request as PEM. @throws Error with what is wrong */
export type OrganizationsOf = (pem: string) => Promise<readonly string[]>

/** CertificateSubjectRestriction: nobody asks for a certificate that makes its holder one of system:masters. */
export function certificateSubject(organizationsOf: OrganizationsOf): Admission {
  return {
    concerns: onlyOf('certificates.k8s.io/certificatesigningrequests'),
    async validate(request) {
      if (request.operation !== 'CREATE') return
      if (!isWriteOf(request, 'certificates.k8s.io', 'certificatesigningrequests')) return
      const { spec } = request.object as KubeObject & { spec?: { request?: string; signerName?: string } }
      if (spec?.signerName !== clientSigner) return
      const pem = Buffer.from(spec.request ?? '', 'base64').toString('latin1')
      const organizations = await organizationsOf(pem).catch((error: Error) => {
        throw refusal(request, `failed to parse CSR: ${error.message}`)
      })
      if (organizations.includes(masters)) {
        throw refusal(request, `use of ${clientSigner} signer with ${masters} group is not allowed`)
      }
    },
  }
}
