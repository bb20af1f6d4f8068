import { ipNumber, ipText } from '../../meta/number-range.js'
import { membersOf, simulation, writeStatus } from './simulation.js'

/** A network that is for documentation (RFC 5737): an address in it is nobody's. */
const network = ipNumber('198.51.100.0') ?? 0

/** Services of type LoadBalancer have an address outside: the one they ask for, or one that leads nowhere. */
export const loadBalancerController = simulation({
  name: 'service-lb-controller',
  group: '',
  plural: 'services',
  look: async (subject) => {
    const { spec, metadata } = subject.object
    const { type, loadBalancerIP, loadBalancerClass } = membersOf(spec)
    if (type !== 'LoadBalancer' || loadBalancerClass !== undefined) return
    const made = ipText(network + 1 + (Number.parseInt((metadata.uid ?? '0').slice(0, 6), 16) % 254))
    await writeStatus(subject, (status) => {
      const { ingress } = membersOf(status.loadBalancer)
      if (Array.isArray(ingress) && ingress.length > 0) return status
      const ip = typeof loadBalancerIP === 'string' && loadBalancerIP !== '' ? loadBalancerIP : made
      return { ...status, loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } }
    })
  },
})
