import { emptyObject } from '../../src/apply/empty-object.js'
import type { ManagedKind } from '../../src/apply/managed-kind.js'
import type { Schema } from '../../src/schema/schema.js'

const text: Schema = { type: 'string' }
const integer: Schema = { type: 'integer' }
const texts: Schema = { type: 'object', additionalProperties: text }

function object(properties: Record<string, Schema>, more: Schema = {}): Schema {
  return { type: 'object', properties, ...more }
}

function oneVersion(apiVersion: string, kind: string, schema: Schema, empty?: ManagedKind['empty']): ManagedKind {
  const schemaOf = (version: string) => (version === apiVersion ? schema : undefined)
  return { apiVersion, kind, schemaOf, ...(empty ? { empty } : {}) }
}

export const configMap = oneVersion(
  'v1',
  'ConfigMap',
  object({ data: texts, binaryData: texts, immutable: { type: 'boolean' } }),
)

const always: Schema = { default: {} }

const container = object({
  name: text,
  image: text,
  imagePullPolicy: text,
  resources: object({ limits: texts }, always),
  terminationMessagePath: text,
  terminationMessagePolicy: text,
  env: {
    type: 'array',
    items: object({ name: text, value: text }),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
  ports: {
    type: 'array',
    items: object({ containerPort: integer, hostPort: integer, name: text, protocol: { ...text, default: 'TCP' } }),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
  },
  args: { type: 'array', items: text, 'x-kubernetes-list-type': 'atomic' },
})

const intOrString: Schema = { 'x-kubernetes-int-or-string': true }

const deploymentSchema = object({
  metadata: object({}, always),
  spec: object(
    {
      replicas: integer,
      revisionHistoryLimit: integer,
      progressDeadlineSeconds: integer,
      paused: { type: 'boolean' },
      selector: object({ matchLabels: texts }, { 'x-kubernetes-map-type': 'atomic' }),
      strategy: object(
        { type: text, rollingUpdate: object({ maxSurge: intOrString, maxUnavailable: intOrString }) },
        always,
      ),
      template: object(
        {
          metadata: object(
            { labels: texts, annotations: texts, creationTimestamp: { ...text, format: 'date-time' } },
            always,
          ),
          spec: object(
            {
              containers: {
                type: 'array',
                items: container,
                'x-kubernetes-list-type': 'map',
                'x-kubernetes-list-map-keys': ['name'],
              },
              dnsPolicy: text,
              restartPolicy: text,
              schedulerName: text,
              securityContext: object({ runAsUser: integer }),
              terminationGracePeriodSeconds: integer,
            },
            { ...always, required: ['containers'] },
          ),
        },
        always,
      ),
    },
    { ...always, required: ['selector', 'template'] },
  ),
  status: object({ replicas: integer, observedGeneration: integer }, always),
})

/** As much of apps/v1 as the tests need. */
export const deployment = oneVersion(
  'apps/v1',
  'Deployment',
  deploymentSchema,
  emptyObject('apps/v1', 'Deployment', deploymentSchema),
)

const serviceSchema = object({
  metadata: object({}, always),
  spec: object(
    {
      clusterIP: text,
      internalTrafficPolicy: text,
      ports: {
        type: 'array',
        items: object({ port: integer, protocol: { ...text, default: 'TCP' }, targetPort: intOrString, name: text }),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['port', 'protocol'],
      },
      selector: { ...texts, 'x-kubernetes-map-type': 'atomic' },
      sessionAffinity: text,
      type: text,
    },
    always,
  ),
  status: object({}, always),
})

export const service = oneVersion('v1', 'Service', serviceSchema, emptyObject('v1', 'Service', serviceSchema))

const pizzaSpec: Record<string, Schema> = {
  size: { type: 'string', enum: ['S', 'M', 'L'] },
  replicas: { type: 'integer', default: 1 },
  tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
  toppings: {
    type: 'array',
    items: object({ name: text, q: { type: 'integer', default: 1 } }),
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
  },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
  ios: intOrString,
  emb: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
  nul: { type: 'string', nullable: true, default: 'dn' },
  cnt: integer,
  m: { type: 'object', additionalProperties: integer },
  imm: text,
  un: { type: 'array', items: integer },
  deep: { type: 'object', additionalProperties: object({ a: integer, b: texts }) },
}

/** The resource of the recordings: `pizzas.restaurant.x.io`, and a little more. */
export const pizzaSchema = object({
  spec: object(pizzaSpec),
  status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
})

export const pizza = oneVersion('restaurant.x.io/v1', 'Pizza', pizzaSchema)

export const scale = oneVersion(
  'autoscaling/v1',
  'Scale',
  object({ spec: object({ replicas: integer }), status: object({ replicas: integer, selector: text }) }),
)
