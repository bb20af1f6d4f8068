import type { KubeObject } from '../../meta/object.js'
import type { SelectorObject } from '../../meta/selector-object.js'
import type { WebhookClientConfig } from '../../meta/webhook.js'
import type { MatchConstraints } from '../matching/matcher.js'
import type { ResourceRule } from '../matching/resource-rule.js'

/** A webhook of a Mutating- or ValidatingWebhookConfiguration (admissionregistration.k8s.io/v1). */
export interface Webhook {
  readonly name: string
  readonly clientConfig: WebhookClientConfig
  readonly rules?: readonly ResourceRule[]
  readonly failurePolicy?: 'Ignore' | 'Fail'
  readonly matchPolicy?: string
  readonly namespaceSelector?: SelectorObject
  readonly objectSelector?: SelectorObject
  readonly sideEffects?: string
  readonly timeoutSeconds?: number
  readonly admissionReviewVersions?: readonly string[]
  readonly reinvocationPolicy?: string
  readonly matchConditions?: readonly MatchCondition[]
}

export interface MatchCondition {
  readonly name: string
  readonly expression: string
}

/** A webhook and where it is configured. */
export interface Hook {
  readonly webhook: Webhook
  readonly constraints: MatchConstraints
  readonly configuration: string
  /** Tells it from all others, also of another configuration. */
  readonly id: string
}

export function hooksOf(config: KubeObject): readonly Hook[] {
  const webhooks = (config.webhooks ?? []) as readonly Webhook[]
  return webhooks.map((webhook, i) => ({
    webhook,
    constraints: { ...webhook, rules: webhook.rules ?? [] },
    configuration: config.metadata.name ?? '',
    id: `${config.metadata.name}/${webhook.name}/${i}`,
  }))
}
