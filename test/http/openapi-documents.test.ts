import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect } from 'vitest'
import { isJsonObject } from '../../src/meta/object.js'
import { testAlone as it } from '../support/server-test.js'

/**
 * Documents of a kube-apiserver 1.36.3 by path, as SHA-256 of what they say besides prose. Who changes what is published
 * on purpose compares whole documents with one, and notes the new hashes.
 */
const documents = Object.entries(
  JSON.parse(readFileSync(new URL('openapi-documents.json', import.meta.url), 'utf8')) as Record<string, string>,
)

/** Without descriptions, and in an order that does not depend on who wrote it. */
function withoutProse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutProse)
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).filter(([key, member]) => key !== 'description' || typeof member !== 'string')
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, withoutProse(member)]),
  )
}

describe('OpenAPI documents', () => {
  it('D51: are those of kube-apiserver', async ({ api }) => {
    const found = await Promise.all(
      documents.map(async ([path]) => {
        const document = (await api.get(`/openapi/v3/${path}`)).json<unknown>()
        return [
          path,
          createHash('sha256')
            .update(JSON.stringify(withoutProse(document)))
            .digest('hex'),
        ]
      }),
    )
    expect(found).toEqual(documents)
  })
})
