import type { OpenIdDocuments } from '../auth/tokens/openid.js'
import { stringifyJson } from '../codec/json.js'
import type { Answer, Call } from './context.js'

export const openIdPaths = ['/.well-known/openid-configuration', '/openid/v1/jwks'] as const

/** What others check the server's tokens with (API-SEMANTICS D64); it changes only with the keys. */
export async function openIdAnswer(documents: OpenIdDocuments, call: Call): Promise<Answer> {
  const isKeys = call.info.path === '/openid/v1/jwks'
  const { type, body } = await (isKeys ? documents.keys() : documents.configuration(origin(call)))
  return { code: 200, type, body: stringifyJson(body), headers: { 'Cache-Control': 'public, max-age=3600' } }
}

/** Where the client reached this server. */
function origin({ request }: Call): string {
  const { ':authority': authority, host } = request.headers
  return `${'encrypted' in request.socket ? 'https' : 'http'}://${authority ?? host ?? ''}`
}
