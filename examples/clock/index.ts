import { defineGroup, defineResource, errors } from '../../src/sdk/index.js'

const zones = ['Asia/Shanghai', 'Europe/Berlin', 'UTC', 'America/New_York']

/** `America/New_York` as a name of an object. */
const nameOf = (zone: string) => zone.toLowerCase().replace('/', '.').replaceAll('_', '-')

function clock(zone: string, now: Date) {
  const time = now.toLocaleTimeString('en-GB', { timeZone: zone })
  return {
    apiVersion: 'clock.wukong.com/v1',
    kind: 'Clock',
    metadata: { name: nameOf(zone) },
    zone,
    time,
  }
}

/** Nothing is stored: each request is answered with what time it is now. */
const clocks = defineResource({
  group: 'clock.wukong.com',
  names: { plural: 'clocks', singular: 'clock', kind: 'Clock' },
  scope: 'Cluster',
  versions: {
    v1: {
      schema: {
        type: 'object',
        description: 'Clock shows what time it is somewhere.',
        properties: {
          zone: { type: 'string', description: 'Zone by its name in the time zone database.' },
          time: { type: 'string', description: 'Time of day there.' },
        },
      },
      printerColumns: [
        { name: 'Zone', type: 'string', jsonPath: '.zone' },
        { name: 'Time', type: 'string', jsonPath: '.time' },
      ],
    },
  },
  verbs: {
    list: () => zones.map((zone) => clock(zone, new Date())),
    get: (_call, name) => {
      const zone = zones.find((zone) => nameOf(zone) === name)
      if (!zone) throw errors.notFound({ group: 'clock.wukong.com', resource: 'clocks' }, name)
      return clock(zone, new Date())
    },
  },
})

/** A computed resource in one file: `wukong-apiserver --apis=examples/clock`. */
export default defineGroup({ group: 'clock.wukong.com', resources: [clocks] })
