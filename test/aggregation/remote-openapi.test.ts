import { describe, expect } from 'vitest'
import type { JsonObject } from '../../src/meta/object.js'
import { becomes, register } from '../support/api-services.js'
import { eventually } from '../support/eventually.js'
import { done } from '../support/expect-answer.js'
import { test as it, wellBehaved } from '../support/other-servers.js'

describe('A82: OpenAPI of a server that has the older form alone', () => {
  const names = { group: 'old.io', version: 'v1', kind: 'Thing' }
  const shared = { name: 'limit', in: 'query', description: 'how many', type: 'integer' }
  // The name of a definition that there is already.
  const taken = 'io.k8s.api.core.v1.LocalObjectReference'
  const own = { type: 'object', description: 'of its own' }
  const thing = {
    type: 'object',
    properties: {
      ...{ next: { $ref: '#/definitions/old.Thing' }, $ref: { type: 'string' } },
      ref: { $ref: `#/definitions/${taken}` },
    },
    'x-kubernetes-group-version-kind': [names],
  }
  const post = {
    ...{
      operationId: 'make',
      consumes: ['*/*'],
      produces: ['application/json', 'application/yaml'],
      schemes: ['https'],
    },
    parameters: [{ name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/old.Thing' } }],
    responses: {
      '200': { description: 'Made', schema: { $ref: '#/definitions/old.Thing' } },
      '401': { description: 'No' },
    },
  }
  const older = {
    ...{ swagger: '2.0', info: { title: 'old', version: 'v1' }, parameters: { 'limit-x': shared } },
    paths: {
      '/apis/old.io/v1/things': { post, parameters: [{ $ref: '#/parameters/limit-x' }] },
      '/else': { get: { responses: { '200': { description: 'OK' } } } },
    },
    definitions: { 'old.Thing': thing, [taken]: own },
  }

  it('is told in both forms', async ({ api, listen }) => {
    const port = await listen('old.io', (request, response, group) => {
      if (request.url === '/openapi/v2') return void response.end(JSON.stringify(older))
      wellBehaved(request, response, group)
    })
    await becomes(api, await register(api, 'old.io', port), 'Passed')
    const found = await eventually('the document is there', async () => {
      const answer = await api.get('/openapi/v3/apis/old.io/v1')
      return answer.status === 200 ? answer.json<object>() : undefined
    })
    const schema = { $ref: '#/components/schemas/old.Thing' }
    const { type, ...limit } = shared
    const made = { description: 'Made', content: { 'application/json': { schema }, 'application/yaml': { schema } } }
    expect(found).toEqual({
      ...{ openapi: '3.0.0', info: older.info },
      paths: {
        '/apis/old.io/v1/things': {
          post: {
            operationId: 'make',
            requestBody: { content: { '*/*': { schema } }, required: true },
            responses: { '200': made, '401': { description: 'No' } },
          },
          parameters: [{ ...limit, schema: { type } }],
        },
        '/else': older.paths['/else'],
      },
      components: {
        schemas: {
          'old.Thing': {
            ...thing,
            properties: { ...thing.properties, next: schema, ref: { $ref: `#/components/schemas/${taken}` } },
          },
          [taken]: own,
        },
      },
    })
    const merged = done<{ definitions: JsonObject; paths: Record<string, { post?: object }> }>(
      await api.get('/openapi/v2'),
    )
    expect(merged.definitions['old.Thing']).toEqual({
      ...thing,
      properties: { ...thing.properties, ref: { $ref: `#/definitions/${taken}_v2` } },
    })
    expect(merged.definitions[`${taken}_v2`]).toEqual(own)
    expect(merged.definitions[taken]).not.toEqual(own)
    expect(merged.paths['/apis/old.io/v1/things']?.post).toMatchObject({ operationId: 'make', produces: post.produces })
    expect(merged.paths['/else']).toBeUndefined()
  })
})
