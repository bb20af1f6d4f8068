import { type FieldError, fieldError } from '../../meta/field-error.js'
import { subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import { validateSelector } from '../../meta/selector-object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkChoice, checkVersionName, each, invalidBy, repeated } from '../field-checks.js'
import type { TypeDefaults } from '../type-defaults.js'
import { validateClientConfig } from './client-config.js'
import { expressionsLoading } from './expressions.js'
import { validateMatchConditions } from './match-conditions.js'
import { validateRule } from './validate-rule.js'
import type { Webhook } from './webhook-spec.js'

const webhooksOf = ({ webhooks }: KubeObject) => (webhooks ?? []) as readonly Webhook[]
const reviewVersions = ['v1', 'v1beta1']

const webhookDefaults: TypeDefaults['fields'] = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
}

/** admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration. */
export const validatingWebhookConfigurations: BuiltinKind = {
  defaults: {
    'admissionregistration.v1.ValidatingWebhook': { fields: webhookDefaults },
    'admissionregistration.v1.ServiceReference': { fields: { port: 443 } },
    'admissionregistration.v1.RuleWithOperations': { fields: { scope: '*' } },
  },
  strategy: { ready: expressionsLoading, validate: validateConfiguration },
  cells: { Webhooks: (object) => webhooksOf(object).length, Age: age },
}

/** admissionregistration.k8s.io/v1 MutatingWebhookConfiguration. */
export const mutatingWebhookConfigurations: BuiltinKind = {
  defaults: {
    'admissionregistration.v1.MutatingWebhook': { fields: { ...webhookDefaults, reinvocationPolicy: 'Never' } },
  },
  strategy: { ready: expressionsLoading, validate: validateConfiguration },
  cells: { Webhooks: (object) => webhooksOf(object).length, Age: age },
}

function validateConfiguration(object: KubeObject): FieldError[] {
  const webhooks = webhooksOf(object)
  const again = repeated(webhooks, ({ name }) => name)
  return each(webhooks, 'webhooks', (webhook, path, i) => {
    const isTwice = webhook.name !== '' && again[i]
    return [...validateWebhook(webhook, path), ...(isTwice ? [fieldError.duplicate(`${path}.name`, webhook.name)] : [])]
  })
}

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const { name, rules, timeoutSeconds, namespaceSelector, objectSelector, clientConfig = {} } = webhook
  const found = validateReviewVersions(webhook.admissionReviewVersions ?? [], `${path}.admissionReviewVersions`)
  found.push(...checkWebhookName(name, `${path}.name`))
  found.push(...each(rules, `${path}.rules`, validateRule))
  found.push(...checkChoice(webhook.failurePolicy, ['Fail', 'Ignore'], `${path}.failurePolicy`))
  found.push(...checkChoice(webhook.matchPolicy, ['Equivalent', 'Exact'], `${path}.matchPolicy`))
  const effects = ['None', 'NoneOnDryRun']
  if (webhook.sideEffects === undefined) {
    found.push(fieldError.required(`${path}.sideEffects`, `must specify one of ${effects.join(', ')}`))
  } else found.push(...checkChoice(webhook.sideEffects, effects, `${path}.sideEffects`))
  if (timeoutSeconds !== undefined && (timeoutSeconds < 1 || timeoutSeconds > 30)) {
    const why = 'the timeout value must be between 1 and 30 seconds'
    found.push(fieldError.invalid(`${path}.timeoutSeconds`, timeoutSeconds, why))
  }
  if (namespaceSelector) found.push(...validateSelector(namespaceSelector, `${path}.namespaceSelector`))
  if (objectSelector) found.push(...validateSelector(objectSelector, `${path}.objectSelector`))
  found.push(...checkChoice(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], `${path}.reinvocationPolicy`))
  return [
    ...found,
    ...validateClientConfig(clientConfig, `${path}.clientConfig`),
    ...validateMatchConditions(webhook.matchConditions, `${path}.matchConditions`),
  ]
}

function checkWebhookName(name: string, path: string): FieldError[] {
  if (name === '') return [fieldError.required(path)]
  const found = invalidBy(path, name, subdomainErrors(name))
  if (found.length > 0 || name.split('.').length > 2) return found
  return [fieldError.invalid(path, name, 'should be a domain with at least three segments separated by dots')]
}

function validateReviewVersions(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) {
    return [fieldError.required(path, `must specify one of ${reviewVersions.join(', ')}`)]
  }
  const found = each(versions, path, (version, at, i) => {
    if (versions.indexOf(version) < i) return [fieldError.invalid(at, version, 'duplicate version')]
    return checkVersionName(version, at)
  })
  if (versions.some((version) => reviewVersions.includes(version))) return found
  return [...found, fieldError.invalid(path, versions, `must include at least one of ${reviewVersions.join(', ')}`)]
}
