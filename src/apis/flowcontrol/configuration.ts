/** flowcontrol.apiserver.k8s.io/v1: the parts that are looked into, and the objects that are there from the start. */

export interface FlowSchemaSpec {
  readonly priorityLevelConfiguration?: { readonly name?: string }
  readonly matchingPrecedence?: number
  readonly distinguisherMethod?: { readonly type?: string }
  readonly rules?: readonly Rule[]
}

export interface Rule {
  readonly subjects?: readonly Subject[]
  readonly resourceRules?: readonly ResourceRule[]
  readonly nonResourceRules?: readonly NonResourceRule[]
}

export interface Subject {
  readonly kind: string
  readonly user?: { readonly name?: string }
  readonly group?: { readonly name?: string }
  readonly serviceAccount?: { readonly namespace?: string; readonly name?: string }
}

export interface ResourceRule {
  readonly verbs?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly clusterScope?: boolean
  readonly namespaces?: readonly string[]
}

export interface NonResourceRule {
  readonly verbs?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

export interface PriorityLevelSpec {
  readonly type?: string
  readonly limited?: {
    readonly nominalConcurrencyShares?: number
    readonly limitResponse?: LimitResponse
    readonly lendablePercent?: number
    readonly borrowingLimitPercent?: number
  }
  readonly exempt?: { readonly nominalConcurrencyShares?: number; readonly lendablePercent?: number }
}

export interface LimitResponse {
  readonly type?: string
  readonly queuing?: Queuing
}

export interface Queuing {
  readonly queues?: number
  readonly handSize?: number
  readonly queueLengthLimit?: number
}

interface Named<Spec> {
  readonly name: string
  readonly spec: Spec
}

/** They must be there, and as they are. */
export const fixedPriorityLevels: readonly Named<PriorityLevelSpec>[] = [
  { name: 'exempt', spec: { type: 'Exempt', exempt: { nominalConcurrencyShares: 0, lendablePercent: 0 } } },
  {
    name: 'catch-all',
    spec: {
      type: 'Limited',
      limited: { nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: { type: 'Reject' } },
    },
  },
]

const queued = (name: string, shares: number, lendablePercent: number, queues: number, handSize: number) => ({
  name,
  spec: {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: shares,
      limitResponse: { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } },
      lendablePercent,
    },
  },
})

export const initialPriorityLevels: readonly Named<PriorityLevelSpec>[] = [
  ...fixedPriorityLevels,
  queued('system', 30, 33, 64, 6),
  queued('node-high', 40, 25, 64, 6),
  queued('leader-election', 10, 0, 16, 4),
  queued('workload-high', 40, 50, 128, 6),
  queued('workload-low', 100, 90, 128, 6),
  queued('global-default', 20, 50, 128, 6),
]

const groups = (...names: string[]): Subject[] => names.map((name) => ({ kind: 'Group', group: { name } }))
const user = (name: string): Subject => ({ kind: 'User', user: { name } })
const systemAccounts: Subject = {
  kind: 'ServiceAccount',
  serviceAccount: { namespace: 'kube-system', name: '*' },
}
const [everybody, nodes] = [groups('system:unauthenticated', 'system:authenticated'), groups('system:nodes')]

const all = ['*']
const everyResource: ResourceRule = { verbs: all, apiGroups: all, resources: all, clusterScope: true, namespaces: all }
const everything = {
  resourceRules: [everyResource],
  nonResourceRules: [{ verbs: all, nonResourceURLs: all }],
}
const leases = (verbs: string[]): ResourceRule => ({
  ...{ verbs, apiGroups: ['coordination.k8s.io'], resources: ['leases'], namespaces: all },
})

const schema = (
  name: string,
  level: string,
  matchingPrecedence: number,
  method: 'ByUser' | 'ByNamespace' | undefined,
  subjects: readonly Subject[],
  rules: Omit<Rule, 'subjects'> = everything,
): Named<FlowSchemaSpec> => ({
  name,
  spec: {
    priorityLevelConfiguration: { name: level },
    matchingPrecedence,
    ...(method ? { distinguisherMethod: { type: method } } : {}),
    rules: [{ subjects, ...rules }],
  },
})

/** As `fixedPriorityLevels`. */
export const fixedFlowSchemas: readonly Named<FlowSchemaSpec>[] = [
  schema('exempt', 'exempt', 1, undefined, groups('system:masters')),
  schema('catch-all', 'catch-all', 10_000, 'ByUser', everybody),
]

export const initialFlowSchemas: readonly Named<FlowSchemaSpec>[] = [
  ...fixedFlowSchemas,
  schema('system-nodes', 'system', 500, 'ByUser', nodes),
  schema('system-node-high', 'node-high', 400, 'ByUser', nodes, {
    resourceRules: [
      { verbs: all, apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: all },
      leases(all),
    ],
  }),
  schema('probes', 'exempt', 2, undefined, everybody, {
    nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
  }),
  schema(
    'system-leader-election',
    'leader-election',
    100,
    'ByUser',
    [user('system:kube-controller-manager'), user('system:kube-scheduler'), systemAccounts],
    { resourceRules: [leases(['get', 'create', 'update'])] },
  ),
  schema('kube-controller-manager', 'workload-high', 800, 'ByNamespace', [user('system:kube-controller-manager')]),
  schema('kube-scheduler', 'workload-high', 800, 'ByNamespace', [user('system:kube-scheduler')]),
  schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', [systemAccounts]),
  schema('service-accounts', 'workload-low', 9000, 'ByUser', groups('system:serviceaccounts')),
  schema('global-default', 'global-default', 9900, 'ByUser', everybody),
]
