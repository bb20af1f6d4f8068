import { type CertificateUse, issueAuthority, issueCertificate } from '../../src/certs/issue.js'
import { eventually } from './eventually.js'
import { created } from './expect-answer.js'
import type { HttpClient } from './http.js'

export const apiServicesPath = '/apis/apiregistration.k8s.io/v1/apiservices'

const hour = 3_600_000

async function issue(use: CertificateUse) {
  const validity = { notBefore: new Date(Date.now() - hour), notAfter: new Date(Date.now() + hour) }
  const authority = await issueAuthority('test-ca', validity)
  return { ...(await issueCertificate(authority, use, validity)), ca: authority.cert }
}

/** A certificate as a Service's server shows it, and its authority; PEM. */
export function serviceCertificate(name: string) {
  return issue({ server: { commonName: name, dnsNames: [`${name}.default.svc`], addresses: [] } })
}

/** A certificate that a client shows, and its authority; PEM. */
export function clientCertificate(user: string) {
  return issue({ client: { user, groups: [] } })
}

/** Makes a Service that leads to this machine, and the APIService of a group version that is served at `port` of it. */
export async function register(
  api: HttpClient,
  group: string,
  port: number,
  more: object = { insecureSkipTLSVerify: true },
): Promise<string> {
  const name = group.replaceAll('.', '-')
  const spec = { type: 'ExternalName', externalName: 'localhost' }
  created(await api.post('/api/v1/namespaces/default/services', { metadata: { name }, spec }))
  const service = { namespace: 'default', name, port }
  const priorities = { groupPriorityMinimum: 500, versionPriority: 10 }
  const apiService = { group, version: 'v1', ...priorities, service, ...more }
  created(await api.post(apiServicesPath, { metadata: { name: `v1.${group}` }, spec: apiService }))
  return `v1.${group}`
}

export interface Available {
  readonly status: string
  readonly reason: string
  readonly message: string
}

export async function availability(api: HttpClient, name: string): Promise<Available | undefined> {
  const { status } = (await api.get(`${apiServicesPath}/${name}`)).json<{ status?: { conditions?: Available[] } }>()
  return status?.conditions?.[0]
}

/** Waits until the condition has that reason. */
export function becomes(api: HttpClient, name: string, reason: string): Promise<Available> {
  return eventually(`${name} becomes ${reason}`, async () => {
    const found = await availability(api, name)
    return found?.reason === reason ? found : undefined
  })
}
