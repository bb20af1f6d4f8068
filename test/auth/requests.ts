import type { AuthenticationRequest } from '../../src/auth/authentication-request.js'
import type { ClientCertificate } from '../../src/auth/client-certificate.js'

/** A request as curl on the same machine sends it to the plain port; `changes` make it another one. */
export function requestWith(changes: Partial<AuthenticationRequest> = {}): AuthenticationRequest {
  return {
    headers: { host: '127.0.0.1:6080' },
    rawHeaders: Object.entries(changes.headers ?? {}).flatMap(([name, value]) =>
      [value ?? []].flat().flatMap((v) => [name, v]),
    ),
    remoteAddress: '127.0.0.1',
    clientCertificate: undefined,
    secure: false,
    ...changes,
  }
}

export function certificateWith(changes: Partial<ClientCertificate> = {}): ClientCertificate {
  return {
    commonName: 'carol',
    organizations: ['devs', 'qa'],
    uids: [],
    fingerprint: 'ab12',
    validFrom: 1000,
    validTo: 2000,
    authorized: true,
    authorities: new Set(['clients']),
    ...changes,
  }
}
