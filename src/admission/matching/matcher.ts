import type { KubeObject } from '../../meta/object.js'
import { isEmptySelector, type SelectorObject, selectorMatches } from '../../meta/selector-object.js'
import { errors } from '../../meta/status.js'
import type { AdmissionRequest } from '../../registry/admission.js'
import type { Registry } from '../../registry/registry.js'
import type { Resource } from '../../registry/resource.js'
import { type ResourceRule, ruleMatches } from './resource-rule.js'

/** Which writes a webhook or policy is for. */
export interface MatchConstraints {
  readonly rules: readonly ResourceRule[]
  readonly excludeRules?: readonly ResourceRule[]
  /** Equivalent: a write in one version of a resource is also one in its others. */
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
}

/** What the server knows of Namespaces: undefined for one that is not there. */
export type NamespaceLookup = (name: string) => KubeObject | undefined

const configGroup = 'admissionregistration.k8s.io'

/** What configures admission is not itself subject to it, or nobody could repair it. */
export function isExempt({ group }: Resource): boolean {
  return group === configGroup
}

export class Matcher {
  constructor(
    private readonly registry: Registry,
    private readonly namespaceOf: NamespaceLookup,
  ) {}

  /** The resource, in the version the constraints are written for, that the write is one of; undefined: none. */
  match(constraints: MatchConstraints, request: AdmissionRequest): Resource | undefined {
    const { namespaceSelector = {}, objectSelector = {} } = constraints
    if (!objectMatches(objectSelector, request)) return undefined
    const resource = this.#resourceOf(constraints, request)
    return resource && this.#namespaceMatches(namespaceSelector, request) ? resource : undefined
  }

  #resourceOf({ rules, excludeRules = [], matchPolicy }: MatchConstraints, request: AdmissionRequest) {
    const { resource } = request
    const covers = (some: readonly ResourceRule[], seen: Resource) =>
      some.some((rule) => ruleMatches(rule, targetOf(request, seen)))
    const equivalent = matchPolicy === 'Exact' ? [] : this.#others(resource)
    if (covers(excludeRules, resource) || equivalent.some((other) => covers(excludeRules, other))) return undefined
    if (covers(rules, resource)) return resource
    return equivalent.find((other) => covers(rules, other))
  }

  /** The resource in its other served versions. */
  #others(resource: Resource): Resource[] {
    const { definition } = resource
    return definition.versions.flatMap((version) => {
      const group = version.group ?? definition.group
      const other = this.registry.resource(group, version.name, definition.names.plural)
      return other && other !== resource && other.definition === definition ? [other] : []
    })
  }

  #namespaceMatches(selector: SelectorObject, request: AdmissionRequest): boolean {
    if (isEmptySelector(selector)) return true
    const { resource, namespace, object, old, operation } = request
    if (resource.group === '' && resource.plural === 'namespaces') {
      return selectorMatches(selector, labelsOf(operation === 'CREATE' || operation === 'UPDATE' ? object : old))
    }
    if (!resource.namespaced || namespace === '') return true
    const found = this.namespaceOf(namespace)
    if (!found) throw errors.notFound({ group: '', resource: 'namespaces' }, namespace)
    return selectorMatches(selector, labelsOf(found))
  }
}

function objectMatches(selector: SelectorObject, { object, old }: AdmissionRequest): boolean {
  if (isEmptySelector(selector)) return true
  return [object, old].some((one) => one?.metadata !== undefined && selectorMatches(selector, labelsOf(one)))
}

function labelsOf(object: KubeObject | undefined): Readonly<Record<string, string>> {
  return object?.metadata?.labels ?? {}
}

function targetOf(request: AdmissionRequest, { group, version, plural }: Resource) {
  const { operation, subresource, namespace, name } = request
  return { operation, group, version: version.name, plural, subresource, namespace, name }
}
