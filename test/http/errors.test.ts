import { describe, expect } from 'vitest'
import { checkError, type ErrorRow } from '../support/error-rows.js'
import { pizza, restaurant } from '../support/restaurant.js'
import { test as it } from '../support/server-test.js'

const pizzas = restaurant.pizzas()
const details = (name: string) => ({ name, group: 'restaurant.wukong.com', kind: 'pizzas' })
const noMethod = 'the server does not allow this method on the requested resource'

const rows: readonly ErrorRow[] = [
  {
    what: 'E01: a missing object',
    ...{ method: 'GET', path: `${pizzas}/nope`, code: 404, reason: 'NotFound' },
    message: 'pizzas.restaurant.wukong.com "nope" not found',
    details: details('nope'),
  },
  {
    what: 'E01: a missing object of the core group',
    ...{ method: 'GET', path: '/api/v1/namespaces/nope', code: 404, reason: 'NotFound' },
    message: 'namespaces "nope" not found',
    details: { name: 'nope', kind: 'namespaces' },
  },
  {
    what: 'E01: deleting a missing object',
    ...{ method: 'DELETE', path: `${pizzas}/nope`, code: 404, reason: 'NotFound' },
    message: 'pizzas.restaurant.wukong.com "nope" not found',
    details: details('nope'),
  },
  {
    what: 'E02: an object that exists',
    ...{ method: 'POST', path: pizzas, body: pizza('there'), code: 409, reason: 'AlreadyExists' },
    message: 'pizzas.restaurant.wukong.com "there" already exists',
    details: details('there'),
  },
  {
    what: 'E03: an update of an old state',
    ...{ method: 'PUT', path: `${pizzas}/there`, body: pizza('there', { resourceVersion: '1' }) },
    ...{ code: 409, reason: 'Conflict' },
    message:
      'Operation cannot be fulfilled on pizzas.restaurant.wukong.com "there": the object has been modified; please apply your changes to the latest version and try again',
    details: details('there'),
  },
  {
    what: 'V06: an update without a resourceVersion',
    ...{ method: 'PUT', path: `${pizzas}/there`, body: pizza('there'), code: 422, reason: 'Invalid' },
    message:
      'pizzas.restaurant.wukong.com "there" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
  },
  {
    what: 'E04: one invalid field',
    ...{ method: 'POST', path: pizzas, body: pizza('bad', {}, [{ name: 'x', quantity: 0 }]) },
    ...{ code: 422, reason: 'Invalid' },
    message:
      'Pizza.restaurant.wukong.com "bad" is invalid: spec.toppings[0].quantity: Invalid value: 0: spec.toppings[0].quantity in body should be greater than or equal to 1',
    details: {
      ...{ name: 'bad', group: 'restaurant.wukong.com', kind: 'Pizza' },
      causes: [
        {
          reason: 'FieldValueInvalid',
          message: 'Invalid value: 0: spec.toppings[0].quantity in body should be greater than or equal to 1',
          field: 'spec.toppings[0].quantity',
        },
      ],
    },
  },
  {
    what: 'E05: neither name nor generateName',
    ...{ method: 'POST', path: pizzas, body: { ...pizza(''), metadata: {} }, code: 422, reason: 'Invalid' },
    message: /metadata\.name: Required value: name or generateName is required/,
  },
  {
    what: 'E05: a name twice in a list',
    ...{ method: 'POST', path: pizzas, code: 422, reason: 'Invalid' },
    body: pizza('bad', {}, [
      { name: 'x', quantity: 1 },
      { name: 'x', quantity: 2 },
    ]),
    message: /spec\.toppings\[1\]: Duplicate value: \{?"?(name|x)/,
  },
  {
    what: 'V04: a namespace that is not there',
    ...{ method: 'POST', path: restaurant.pizzas('nowhere'), body: pizza('a'), code: 404, reason: 'NotFound' },
    message: 'namespaces "nowhere" not found',
    details: { name: 'nowhere', kind: 'namespaces' },
  },
  ...(
    [
      ['HEAD', `${pizzas}/there`, undefined],
      ['POST', `${pizzas}/there`, pizza('there')],
      ['PUT', pizzas, pizza('there')],
      ['PATCH', pizzas, {}],
      ['POST', restaurant.allPizzas, pizza('a')],
      ['DELETE', '/api/v1/namespaces', undefined],
      ['POST', '/apis', {}],
    ] as const
  ).map(([method, path, body]) => ({
    what: `E08: ${method} ${path}`,
    ...{ method, path, body, code: 405, reason: 'MethodNotAllowed', message: noMethod, details: {} },
  })),
  {
    what: 'E09: an unknown resource of a known version',
    ...{ method: 'GET', path: `${restaurant.v1beta1}/namespaces/default/pastas`, code: 404, reason: 'NotFound' },
    message: 'the server could not find the requested resource',
    details: {},
  },
  {
    what: 'E09: a resource that this version does not have',
    ...{ method: 'GET', path: `${restaurant.v1beta1}/toppings`, code: 404, reason: 'NotFound' },
    message: 'the server could not find the requested resource',
    details: {},
  },
  {
    what: 'U02: an unknown subresource',
    ...{ method: 'GET', path: `${pizzas}/there/fry`, code: 404, reason: 'NotFound' },
    message: 'pizzas.restaurant.wukong.com "there" not found',
    details: details('there'),
  },
]

describe('errors', () => {
  it.beforeAll(async ({ api }) => {
    await api.post(pizzas, pizza('there'))
  })

  it.for(rows)('$what', (row, { api }) => checkError(api, row))

  it('E12: are told in the type that was asked for', async ({ api }) => {
    const answer = await api.get(`${pizzas}/nope`, { accept: 'application/yaml' })
    expect(answer.status).toBe(404)
    expect(answer.headers['content-type']).toMatch(/^application\/yaml/)
    expect(answer.text).toContain('reason: NotFound\n')
  })

  it('E16, L09: say when to come again', async ({ api }) => {
    const answer = await api.get(`${pizzas}?resourceVersion=99999999999`)
    expect(answer.headers['retry-after']).toBe('1')
    expect(answer.json()).toMatchObject({
      details: { causes: [{ reason: 'ResourceVersionTooLarge' }], retryAfterSeconds: 1 },
    })
  })

  it('E17: come with the headers of every answer', async ({ api }) => {
    for (const path of [`${pizzas}/nope`, `${pizzas}/there`, pizzas, '/apis']) {
      const { headers } = await api.get(path)
      expect(headers['audit-id'], path).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['cache-control'], path).toBe('no-cache, private')
    }
    expect((await api.get(pizzas, { 'audit-id': 'mine' })).headers['audit-id']).toBe('mine')
  })

  it('V11: a body that is too large', async ({ api }) => {
    const answer = await api.post(pizzas, pizza('large', { annotations: { a: 'x'.repeat(3 * 1024 * 1024) } }))
    expect(answer.status).toBe(413)
    expect(answer.json()).toMatchObject({ reason: 'RequestEntityTooLarge' })
    const notes = await api.post(pizzas, pizza('large', { annotations: { a: 'x'.repeat(256 * 1024) } }))
    expect(notes.json()).toMatchObject({
      code: 422,
      details: { causes: [{ message: 'Too long: may not be more than 262144 bytes', field: 'metadata.annotations' }] },
    })
  })
})
