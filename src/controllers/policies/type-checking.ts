import type { KubeObject } from '../../meta/object.js'
import { apply } from '../../registry/apply.js'
import { ownBody } from '../../registry/decode-object.js'
import { plainWrite } from '../../registry/options.js'
import { readObject } from '../../registry/read.js'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import type { PolicyExpressions } from '../../schema/admission/policy-expressions.js'
import type { CheckedKind, ExpressionWarning } from '../../schema/admission/type-warnings.js'
import type { Controller, ControllerContext } from '../controller.js'
import { WorkerPool } from '../worker-pool.js'
import { ignoringNotFound } from '../write.js'

interface Policy extends KubeObject {
  readonly spec: PolicyExpressions & { readonly matchConstraints?: { readonly resourceRules?: readonly Rule[] } }
  readonly status?: { readonly observedGeneration?: number }
}

interface Rule {
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  readonly resources?: readonly string[]
}

const name = 'validatingadmissionpolicy-status-controller'
const group = 'admissionregistration.k8s.io'
/** Of whom managedFields say the status is. */
const write = { ...plainWrite, fieldManager: 'validatingadmissionpolicy-status', force: true }
/** No more kinds of a rule are looked at. */
const mostKinds = 10

/** Keeps `status.typeChecking` of ValidatingAdmissionPolicies: what is wrong with expressions for the kinds they are about. */
export const typeChecking: Controller = {
  async start(context) {
    const { backend, log } = context
    const resource = backend.registry.stored(group, 'validatingadmissionpolicies')
    if (!resource) return async () => {}
    const prefix = resource.prefix('')
    const queue = new WorkerPool({ name, log, workers: 1, rests: () => context.hasUnreadFiles() }, async (key) => {
      const stored = backend.cache.peek(key)
      if (stored) await checkPolicy(context, resource, (await readObject(resource, stored)) as Policy)
      return undefined
    })
    const stop = backend.cache.watch(prefix, backend.cache.revision, ({ stored }) => queue.add(stored.key))
    for (const { key } of backend.cache.peekAll(prefix)) queue.add(key)
    return async () => {
      stop()
      await queue.stop()
    }
  },
}

async function checkPolicy({ backend, caller }: ControllerContext, resource: Resource, policy: Policy): Promise<void> {
  const { apiVersion, kind, metadata, spec, status } = policy
  const { generation = 0 } = metadata
  if (generation <= (status?.observedGeneration ?? 0)) return
  const expressionWarnings = await warningsOf(spec, backend.registry)
  const typeChecking = expressionWarnings.length > 0 ? { expressionWarnings } : {}
  const value = {
    apiVersion,
    kind,
    metadata: { name: metadata.name, uid: metadata.uid },
    status: { observedGeneration: generation, typeChecking },
  }
  const target = { resource, namespace: '', name: metadata.name ?? '', subresource: 'status' }
  await ignoringNotFound(apply(backend, caller, target, ownBody(value), write))
}

async function warningsOf(spec: Policy['spec'], registry: Registry): Promise<ExpressionWarning[]> {
  const kinds = kindsOf(spec.matchConstraints?.resourceRules ?? [], registry)
  if (kinds.length === 0) return []
  const { apiVersion = '', kind = '' } = spec.paramKind ?? {}
  const params = registry.resourceOfKind(apiVersion, kind)?.version.schema
  const { typeWarnings } = await import('../../schema/admission/type-warnings.js')
  return typeWarnings(spec, kinds, params)
}

/** The kinds that rules name one by one, each once, in order; rules with a star are about too many to look at. */
function kindsOf(rules: readonly Rule[], registry: Registry): CheckedKind[] {
  const found = new Map<string, CheckedKind>()
  for (const rule of rules) {
    let count = 0
    for (const { groupVersionKind, version } of resourcesOf(rule, registry)) {
      const { group, version: named, kind } = groupVersionKind
      const shown = `${group}/${named}, Kind=${kind}`
      found.set(shown, { name: shown, schema: version.schema })
      count++
      if (count === mostKinds) return sorted(found)
    }
  }
  return sorted(found)
}

function sorted(found: ReadonlyMap<string, CheckedKind>): CheckedKind[] {
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function resourcesOf({ apiGroups = [], apiVersions = [], resources = [] }: Rule, registry: Registry): Resource[] {
  if ([...apiGroups, ...apiVersions].some((one) => one.includes('*'))) return []
  const plurals = resources.filter((one) => !/[*/]/.test(one))
  const order = (list: readonly string[]) => [...list].sort()
  return order(apiGroups).flatMap((of) =>
    order(apiVersions).flatMap((version) =>
      order(plurals).flatMap((plural) => registry.resource(of, version, plural) ?? []),
    ),
  )
}
