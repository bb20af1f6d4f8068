import type { KubeObject } from '../../meta/object.js'
import { wholeQuantity } from '../../meta/quantity.js'
import { specOf } from '../services/allocations.js'
import { countName, type Evaluator, type Measure, oneObject } from './evaluator.js'

const names = ['services', 'services.loadbalancers', 'services.nodeports', countName('', 'services')]

/** core/v1 Service: node ports are counted by what the service asks for, since it is given them later. */
export const serviceEvaluator: Evaluator = {
  measures: (name) => names.includes(name),
  concerns: ({ operation, subresource }) => subresource === '' && operation !== 'DELETE',
  measure,
}

function measure(service: KubeObject): Measure {
  const { type, ports = [], allocateLoadBalancerNodePorts = true } = specOf(service)
  const isBalanced = type === 'LoadBalancer'
  const given = ports.filter(({ nodePort }) => nodePort).length
  const wanted = isBalanced && !allocateLoadBalancerNodePorts ? given : ports.length
  return {
    amounts: {
      [countName('', 'services')]: oneObject,
      services: oneObject,
      'services.loadbalancers': wholeQuantity(isBalanced ? 1 : 0),
      'services.nodeports': wholeQuantity(isBalanced || type === 'NodePort' ? wanted : 0),
    },
  }
}
