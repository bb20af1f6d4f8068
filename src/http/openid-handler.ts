import type { OpenIdDocuments } from '../auth/tokens/openid.js'
import { stringifyJson } from '../codec/json.js'
import { errors } from '../meta/status.js'
import { parseAccept } from './accept.js'
import type { Answer, Call } from './call.js'

export const openIdPaths = ['/.well-known/openid-configuration', '/openid/v1/jwks'] as const

/** What others check the server's tokens with (API-SEMANTICS D64); it changes only with the keys. */
export async function openIdAnswer(documents: OpenIdDocuments, call: Call): Promise<Answer> {
  const isKeys = call.info.path === '/openid/v1/jwks'
  checkAccepted(call.request.headers.accept, isKeys ? 'application/jwk-set+json' : 'application/json')
  const { type, body } = await (isKeys ? documents.keys() : documents.configuration(origin(call)))
  return { code: 200, type, body: stringifyJson(body), headers: { 'Cache-Control': 'public, max-age=3600' } }
}

/** @throws StatusError NotAcceptable: neither document has another form */
function checkAccepted(accept: string | undefined, type: string): void {
  if (!accept) return
  const wanted = new Set(['*/*', 'application/*', type])
  if (parseAccept(accept).some((entry) => wanted.has(entry.type))) return
  throw errors.notAcceptableShape(`406: Not Acceptable\n\nAvailable representations: ${type}`, true)
}

/** Where the client reached this server. */
function origin({ request }: Call): string {
  const { ':authority': authority, host } = request.headers
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${authority ?? host ?? ''}`
}
