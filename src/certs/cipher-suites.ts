/**
 * Cipher suites of TLS 1.2 by their IANA names, as `--tls-cipher-suites` of Kubernetes' programs has them, with OpenSSL's.
 * Only those that HTTP/2 allows; what protects TLS 1.3 is not for choosing.
 */
const suites: ReadonlyMap<string, string> = new Map([
  ['TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305'],
])

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256']

/** Every name `--tls-cipher-suites` takes. */
export const cipherSuiteNames: readonly string[] = [...tls13, ...suites.keys()]

/** OpenSSL's list for these names, all of them where none is named. TLS 1.3 keeps its own whatever is said. */
export function openSslCiphers(names: readonly string[] = []): string {
  const chosen = names.flatMap((name) => suites.get(name) ?? [])
  return [...tls13, ...(chosen.length > 0 ? chosen : suites.values())].join(':')
}
