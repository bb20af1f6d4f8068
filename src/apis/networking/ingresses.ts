import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import type { Ingress, IngressRule } from './ingress-spec.js'
import { validateIngress, validateIngressStatus } from './validate-ingress.js'

const asIngress = (object: KubeObject) => object as Ingress
const shownHosts = 3
const classAnnotation = 'kubernetes.io/ingress.class'

/** networking.k8s.io/v1 Ingress. */
export const ingresses: BuiltinKind = {
  strategy: {
    validate: (ingress, update) =>
      update?.subresource === 'status'
        ? validateIngressStatus(asIngress(ingress), asIngress(update.old))
        : validateIngress(asIngress(ingress), update && asIngress(update.old)),
    warnings: ({ metadata }, old) =>
      !old && Object.hasOwn(metadata.annotations ?? {}, classAnnotation)
        ? [`annotation "${classAnnotation}" is deprecated, please use 'spec.ingressClassName' instead`]
        : [],
  },
  cells: {
    Class: (ingress) => asIngress(ingress).spec.ingressClassName ?? '<none>',
    Hosts: (ingress) => formatHosts(asIngress(ingress).spec.rules ?? []),
    Address: (ingress) => {
      const { ingress: points = [] } = asIngress(ingress).status?.loadBalancer ?? {}
      return [...new Set(points.map(({ ip, hostname }) => ip || hostname || '').filter((name) => name))]
        .sort()
        .join(',')
    },
    Ports: (ingress) => ((asIngress(ingress).spec.tls?.length ?? 0) > 0 ? '80, 443' : '80'),
    Age: age,
  },
}

function formatHosts(rules: readonly IngressRule[]): string {
  const hosts = rules.map(({ host }) => host ?? '').filter((host) => host !== '')
  if (hosts.length === 0) return '*'
  const more = hosts.length - shownHosts
  return hosts.slice(0, shownHosts).join(',') + (more > 0 ? ` + ${more} more...` : '')
}
