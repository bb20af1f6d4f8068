import { type FieldError, fieldError } from '../../meta/field-error.js'
import { pathSegmentErrors, subdomainErrors } from '../../meta/names.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { checkVersionName, invalidBy } from '../field-checks.js'
import { type ApiService, type ApiServiceSpec, availableCondition, locallyAvailable } from './api-service.js'

/** apiregistration.k8s.io/v1 APIService (API-SEMANTICS A80). */
export const apiServices: BuiltinKind = {
  defaults: { 'apiregistration.v1.ServiceReference': { fields: { port: 443 } } },
  strategy: {
    prepareForCreate: (object) => {
      const { spec, metadata } = object as ApiService
      object.status = spec.service ? {} : { conditions: [locallyAvailable(metadata.creationTimestamp)] }
    },
    validate: (object, update) =>
      update?.subresource === 'status' ? checkStatus(object as ApiService) : validateApiService(object as ApiService),
  },
  cells: {
    Service: (object) => {
      const { service } = (object as ApiService).spec
      return service ? `${service.namespace ?? ''}/${service.name ?? ''}` : 'Local'
    },
    Available: (object) => {
      const { status = 'Unknown', reason = '' } = availableCondition(object as ApiService) ?? {}
      return status === 'True' || reason === '' ? status : `${status} (${reason})`
    },
    Age: age,
  },
}

/** In upstream's order. */
function validateApiService({ metadata, spec }: ApiService): FieldError[] {
  const { group = '', version = '', service, caBundle = '', insecureSkipTLSVerify = false } = spec
  const found: FieldError[] = []
  const wanted = `${version}.${group}`
  for (const field of ['generateName', 'name'] as const) {
    const { [field]: name = '' } = metadata
    if (name === wanted || pathSegmentErrors(name).length > 0 || (field === 'generateName' && name === '')) continue
    const why = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`
    found.push(fieldError.invalid(`metadata.${field}`, name, why))
  }
  if (group === '' && version !== 'v1') {
    found.push(fieldError.required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
  }
  if (group !== '') found.push(...invalidBy('spec.group', group, subdomainErrors(group)))
  found.push(...checkVersionName(version, 'spec.version'))
  found.push(...checkPriority(spec, 'groupPriorityMinimum', 20_000), ...checkPriority(spec, 'versionPriority', 1_000))
  if (service) return [...found, ...checkService(service), ...checkTrust(spec)]
  if (caBundle !== '') {
    const size = `${Buffer.from(caBundle, 'base64').length} bytes`
    found.push(fieldError.invalid('spec.caBundle', size, 'local APIServices may not have a caBundle'))
  }
  if (insecureSkipTLSVerify) {
    const why = 'local APIServices may not have insecureSkipTLSVerify'
    found.push(fieldError.invalid('spec.insecureSkipTLSVerify', true, why))
  }
  return found
}

const conditionStatuses = ['True', 'False', 'Unknown']

function checkStatus({ status }: ApiService): FieldError[] {
  return (status?.conditions ?? []).flatMap(({ status }, i) =>
    conditionStatuses.includes(status)
      ? []
      : fieldError.notSupported(`status.conditions[${i}].status`, status, conditionStatuses),
  )
}

function checkPriority(spec: ApiServiceSpec, field: 'groupPriorityMinimum' | 'versionPriority', most: number) {
  const { [field]: value = 0 } = spec
  if (value > 0 && value <= most) return []
  return [fieldError.invalid(`spec.${field}`, value, `must be positive and less than ${most}`)]
}

function checkService({ namespace, name, port = 0 }: NonNullable<ApiServiceSpec['service']>): FieldError[] {
  const why = 'port is not valid: must be between 1 and 65535, inclusive'
  return [
    ...(namespace ? [] : [fieldError.required('spec.service.namespace')]),
    ...(name ? [] : [fieldError.required('spec.service.name')]),
    ...(port >= 1 && port <= 65535 ? [] : [fieldError.invalid('spec.service.port', port, why)]),
  ]
}

function checkTrust({ insecureSkipTLSVerify, caBundle = '' }: ApiServiceSpec): FieldError[] {
  if (!insecureSkipTLSVerify || caBundle === '') return []
  return [fieldError.invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
}
