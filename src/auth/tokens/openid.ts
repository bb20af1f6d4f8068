import type { SignedTokens } from './signed-tokens.js'

/** An OpenID Connect document with its media type. */
export interface OpenIdDocument {
  readonly type: string
  readonly body: object
}

export interface OpenIdDocuments {
  /** `address`: where the server was reached, `https://…`. */
  configuration(address: string): Promise<OpenIdDocument>
  keys(): Promise<OpenIdDocument>
}

/**
 * What lets others check the tokens that are signed here (API-SEMANTICS D64): `/.well-known/openid-configuration` and
 * `/openid/v1/jwks`. `address`: where this server is, `https://…`.
 */
export async function openIdConfiguration(tokens: SignedTokens, address: string): Promise<OpenIdDocument> {
  const { verifying } = await tokens.keys()
  return {
    type: 'application/json',
    body: {
      issuer: tokens.issuers[0],
      jwks_uri: `${address}/openid/v1/jwks`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: [...new Set(verifying.map(({ alg }) => alg))],
    },
  }
}

export async function jsonWebKeys(tokens: SignedTokens): Promise<OpenIdDocument> {
  const { verifying } = await tokens.keys()
  const keys = verifying.map(({ kid, alg, key }) => ({ use: 'sig', kid, alg, ...key.export({ format: 'jwk' }) }))
  return { type: 'application/jwk-set+json', body: { keys } }
}
