import { type FieldError, fieldError } from '../../meta/field-error.js'
import { dns1035LabelErrors } from '../../meta/names.js'
import { caBundleProblem } from '../ca-bundle.js'
import { checkOneOf, invalidBy, repeated } from '../field-checks.js'
import { checkCaBundle, checkWebhookService, checkWebhookUrl } from '../webhook-checks.js'
import { isTrue } from './conditions.js'
import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  WebhookClientConfig,
} from './custom-resource-definition.js'

/** Versions of ConversionReview that webhooks are spoken to in. */
const reviewVersions = ['v1', 'v1beta1']

/**
 * How objects are converted (API-SEMANTICS R05). Upstream's errors name the fields as its internal type has them:
 * `webhookClientConfig`, not `webhook.clientConfig`. What an established definition has had wrong may stay so.
 */
export function checkConversion(
  conversion: CustomResourceConversion | undefined,
  path: string,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!conversion) return []
  const { strategy, webhook } = conversion
  const found = checkOneOf(strategy, ['None', 'Webhook'], `${path}.strategy`)
  const { clientConfig, conversionReviewVersions } = webhook ?? {}
  if (strategy === 'Webhook') {
    return [
      ...found,
      ...checkClientConfig(clientConfig, `${path}.webhookClientConfig`, mayHaveBadBundle(old)),
      ...checkReviewVersions(conversionReviewVersions ?? [], `${path}.conversionReviewVersions`, old),
    ]
  }
  const why = 'should not be set when strategy is not set to Webhook'
  if (clientConfig) found.push(fieldError.forbidden(`${path}.webhookClientConfig`, why))
  if (conversionReviewVersions?.length) {
    found.push(fieldError.forbidden(`${path}.conversionReviewVersions`, why))
  }
  return found
}

function checkClientConfig(config: WebhookClientConfig | undefined, path: string, anyBundle: boolean): FieldError[] {
  if (!config) return [fieldError.required(path, 'required when strategy is set to Webhook')]
  const { url, service, caBundle = '' } = config
  const found =
    (url === undefined) === (service === undefined)
      ? [fieldError.required(path, 'exactly one of url or service is required')]
      : url !== undefined
        ? checkWebhookUrl(url, `${path}.url`)
        : // As upstream, which takes one for the other.
          checkWebhookService(swapped(service), `${path}.service`)
  return anyBundle ? found : [...found, ...checkCaBundle(caBundle, `${path}.caBundle`)]
}

function swapped(service: WebhookClientConfig['service']) {
  const { name = '', namespace = '', ...rest } = service ?? {}
  return { ...rest, name: namespace, namespace: name }
}

function checkReviewVersions(
  versions: readonly string[],
  path: string,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (versions.length === 0) return [fieldError.required(path)]
  const again = repeated(versions, (version) => version)
  const found = versions.flatMap((version, i) =>
    again[i]
      ? [fieldError.invalid(`${path}[${i}]`, version, 'duplicate version')]
      : invalidBy(`${path}[${i}]`, version, dns1035LabelErrors(version)),
  )
  const before = old?.spec.conversion?.webhook?.conversionReviewVersions ?? []
  const knewNone = before.length > 0 && !before.some((version) => reviewVersions.includes(version))
  if (!knewNone && !versions.some((version) => reviewVersions.includes(version))) {
    found.push(fieldError.invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`))
  }
  return found
}

function mayHaveBadBundle(old: CustomResourceDefinition | undefined): boolean {
  if (!old || !isTrue(old, 'Established')) return true
  const bundle = old.spec.conversion?.webhook?.clientConfig?.caBundle ?? ''
  return bundle !== '' && caBundleProblem(bundle) !== undefined
}
