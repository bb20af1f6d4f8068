import { expect } from 'vitest'
import type { JsonObject } from '../../../src/meta/object.js'
import { eventually } from '../../support/eventually.js'
import { created, done } from '../../support/expect-answer.js'
import { test } from '../../support/server-test.js'

const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'

test('expressions are checked against the kinds that a policy names', async ({ api }) => {
  const rule = { operations: ['CREATE'], apiVersions: ['v1'] }
  const spec = {
    matchConstraints: {
      resourceRules: [{ ...rule, apiGroups: ['apps', ''], resources: ['deployments', 'configmaps', '*/status'] }],
    },
    paramKind: { apiVersion: 'v1', kind: 'Secret' },
    variables: [{ name: 'replicas', expression: 'object.spec.replicas' }],
    validations: [
      { expression: 'object.metadata.labels["a"] == "b"', messageExpression: "string(params.data['a']) + 'x'" },
      { expression: 'object.spec.replicas > "3"' },
      { expression: 'variables.replicas == "x"', messageExpression: 'params.nothing + "x"' },
    ],
  }
  created(await api.post(policies, { metadata: { name: 'typed' }, spec }))
  const status = await eventually('it is checked', async () => {
    const { status } = done(await api.get(`${policies}/typed`))
    return (status as JsonObject).observedGeneration === 1 ? status : undefined
  })
  const [, map, deployment] = [
    '',
    '/v1, Kind=ConfigMap: ERROR: <input>:1:',
    'apps/v1, Kind=Deployment: ERROR: <input>:1:',
  ]
  const [first, second, third] = ['object.spec.replicas > "3"', 'variables.replicas == "x"', 'params.nothing + "x"']
  const [at7, at22] = [`${'.'.repeat(6)}^`, `${'.'.repeat(21)}^`]
  const nothing = `7: undefined field 'nothing'\n | ${third}\n | ${at7}\n`
  expect(status).toEqual({
    observedGeneration: 1,
    typeChecking: {
      expressionWarnings: [
        {
          fieldRef: 'spec.validations[1].expression',
          warning:
            `${map}7: undefined field 'spec'\n | ${first}\n | ${at7}\n\n` +
            `${deployment}22: found no matching overload for '_>_' applied to '(int, string)'\n | ${first}\n | ${at22}\n`,
        },
        {
          fieldRef: 'spec.validations[2].expression',
          warning:
            `${deployment}20: found no matching overload for '_==_' applied to '(int, string)'\n` +
            ` | ${second}\n | ${'.'.repeat(19)}^\n`,
        },
        {
          fieldRef: 'spec.validations[2].messageExpression',
          warning: `${map}${nothing}\n${deployment}${nothing}`,
        },
      ],
    },
  })
})
