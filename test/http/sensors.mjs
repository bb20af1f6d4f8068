/** Readings of sensors: kept by the module itself, in no store; and rooms, which are worked out. */
const readings = new Map()
const watchers = new Set()
let revision = 0
const keyOf = ({ namespace }, name) => `${namespace}/${name}`
const tell = (type, object) => {
  for (const watcher of watchers) watcher({ type, object })
}
const keep = (type, call, object) => {
  const revised = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision + 1) } }
  if (call.dryRun) return object
  revision++
  readings.set(keyOf(call, object.metadata.name), revised)
  tell(type, revised)
  return revised
}
const group = 'sensors.example.com'
const schema = (field) => ({
  type: 'object',
  properties: {
    [field]: { type: 'integer', maximum: 100, default: 20 },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    status: { type: 'object', properties: { seen: { type: 'boolean' } } },
  },
})
const common = { served: true, subresources: { status: true } }
export default {
  group,
  resources: [
    {
      group,
      names: { plural: 'readings', singular: 'reading', kind: 'Reading' },
      scope: 'Namespaced',
      versions: [
        {
          ...common,
          name: 'v1',
          storage: true,
          schema: schema('celsius'),
          printerColumns: [{ name: 'Celsius', type: 'integer', jsonPath: '.celsius' }],
        },
        { ...common, name: 'v1beta1', storage: false, schema: schema('degrees') },
      ],
      convert: (objects, version) =>
        objects.map(({ celsius, degrees, ...rest }) => ({
          ...rest,
          apiVersion: `${group}/${version}`,
          [version === 'v1' ? 'celsius' : 'degrees']: celsius ?? degrees,
        })),
      strategy: {
        validateUpdate: (object, old) =>
          object.celsius - old.celsius > 50
            ? [{ type: 'invalid', reason: 'FieldValueInvalid', field: 'celsius', message: 'Invalid value: too sudden' }]
            : [],
      },
      verbs: {
        create: (call, object) => keep('ADDED', call, object),
        get: (call, name) => readings.get(keyOf(call, name)),
        list: ({ namespace }) => [...readings.values()].filter((r) => !namespace || r.metadata.namespace === namespace),
        watch(_call, initial, told) {
          if (initial) for (const object of readings.values()) told({ type: 'ADDED', object })
          watchers.add(told)
          return () => watchers.delete(told)
        },
        async update(call, object, old) {
          // Whoever writes 13 is always too late.
          const found = object.celsius === 13 ? undefined : readings.get(keyOf(call, object.metadata.name))
          if (found?.metadata.resourceVersion !== old.metadata.resourceVersion) return undefined
          return keep('MODIFIED', call, object)
        },
        delete(call, name) {
          const last = readings.get(keyOf(call, name))
          if (last && !call.dryRun) {
            readings.delete(keyOf(call, name))
            tell('DELETED', last)
          }
          return last
        },
      },
    },
    {
      group,
      names: { plural: 'rooms', singular: 'room', kind: 'Room' },
      scope: 'Cluster',
      versions: [{ name: 'v1', served: true, storage: true, schema: { type: 'object' } }],
      verbs: {
        get: (_call, name) =>
          name === 'attic' ? { apiVersion: `${group}/v1`, kind: 'Room', metadata: { name } } : undefined,
      },
    },
  ],
}
