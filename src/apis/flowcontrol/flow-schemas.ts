import { type FieldError, fieldError } from '../../meta/field-error.js'
import { jsonEquals } from '../../meta/json-equal.js'
import { labelErrors, subdomainErrors } from '../../meta/names.js'
import type { KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'
import { each, invalidBy } from '../field-checks.js'
import { goShape } from '../go-shape.js'
import { validateConditions } from './conditions.js'
import { type FlowSchemaSpec, fixedFlowSchemas, type Rule, type Subject } from './configuration.js'
import { validateNonResourceRule, validateResourceRule } from './validate-rules.js'

interface FlowSchema extends KubeObject {
  readonly spec: FlowSchemaSpec
  readonly status?: { readonly conditions?: readonly { readonly type?: string; readonly status?: string }[] }
}

const highestPrecedence = 10_000
const methods = ['ByNamespace', 'ByUser']
const asSchema = (object: KubeObject) => object as FlowSchema

/** flowcontrol.apiserver.k8s.io/v1 FlowSchema. */
export const flowSchemas: BuiltinKind = {
  defaults: {
    'flowcontrol.v1.FlowSchemaSpec': {
      set: (spec) => {
        if (!spec.matchingPrecedence) spec.matchingPrecedence = 1000
      },
    },
  },
  strategy: {
    validate: (object, update) => [
      ...(update?.subresource === 'status' ? [] : validateSchema(asSchema(object))),
      ...validateConditions(asSchema(object).status?.conditions),
    ],
  },
  cells: {
    PriorityLevel: (object) => asSchema(object).spec.priorityLevelConfiguration?.name ?? '',
    MatchingPrecedence: (object) => asSchema(object).spec.matchingPrecedence,
    DistinguisherMethod: (object) => asSchema(object).spec.distinguisherMethod?.type ?? '<none>',
    Age: age,
    MissingPL: (object) => asSchema(object).status?.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
  },
}

function validateSchema({ metadata, spec }: FlowSchema): FieldError[] {
  const { name = '' } = metadata
  const found = validateSpec(name, spec)
  const fixed = fixedFlowSchemas.find((one) => one.name === name)
  if (!fixed || jsonEquals(fixed.spec, spec)) return found
  const why = `spec of '${name}' must equal the fixed value`
  return [...found, fieldError.invalid('spec', goShape(spec, 'flowcontrol.v1.FlowSchemaSpec'), why)]
}

function validateSpec(
  name: string,
  {
    matchingPrecedence: precedence = 0,
    distinguisherMethod: method,
    priorityLevelConfiguration,
    rules,
  }: FlowSchemaSpec,
): FieldError[] {
  const found: FieldError[] = []
  const wrong = (why: string) => found.push(fieldError.invalid('spec.matchingPrecedence', precedence, why))
  if (precedence <= 0) wrong('must be a positive value')
  if (precedence > highestPrecedence) wrong(`must not be greater than ${highestPrecedence}`)
  if (precedence === 1 && name !== 'exempt') wrong("only the schema named 'exempt' may have matchingPrecedence 1")
  if (method && !methods.includes(method.type ?? '')) {
    const shown = goShape(method, 'flowcontrol.v1.FlowDistinguisherMethod')
    found.push(fieldError.notSupported('spec.distinguisherMethod.type', shown as string, methods))
  }
  const level = priorityLevelConfiguration?.name
  const path = 'spec.priorityLevelConfiguration.name'
  if (level) found.push(...invalidBy(path, level, subdomainErrors(level)))
  else found.push(fieldError.required(path, 'must reference a priority level'))
  return [...found, ...each(rules, 'spec.rules', validateRule)]
}

function validateRule({ subjects = [], resourceRules = [], nonResourceRules = [] }: Rule, path: string): FieldError[] {
  const found = each(subjects, `${path}.subjects`, validateSubject)
  if (subjects.length === 0) {
    found.push(fieldError.required(`${path}.subjects`, 'subjects must contain at least one value'))
  }
  if (resourceRules.length === 0 && nonResourceRules.length === 0) {
    found.push(fieldError.required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  }
  return [
    ...found,
    ...each(resourceRules, `${path}.resourceRules`, validateResourceRule),
    ...each(nonResourceRules, `${path}.nonResourceRules`, validateNonResourceRule),
  ]
}

const members = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const

function validateSubject(subject: Subject, path: string): FieldError[] {
  const kinds = Object.keys(members).sort()
  if (!kinds.includes(subject.kind)) return [fieldError.notSupported(`${path}.kind`, subject.kind, kinds)]
  return Object.entries(members).flatMap(([kind, member]) => {
    const at = `${path}.${member}`
    if (kind === subject.kind) return validateMember(subject, member, at)
    if (subject[member] === undefined) return []
    return [fieldError.forbidden(at, `${member} is forbidden when subject kind is not '${kind}'`)]
  })
}

function validateMember(subject: Subject, member: (typeof members)[keyof typeof members], path: string): FieldError[] {
  const named = subject[member]
  if (!named) return [fieldError.required(path, `${member} is required when subject kind is '${subject.kind}'`)]
  const found = named.name ? [] : [fieldError.required(`${path}.name`)]
  if (member !== 'serviceAccount') return found
  const { name, namespace } = subject.serviceAccount ?? {}
  if (name && name !== '*') found.push(...invalidBy(`${path}.name`, name, subdomainErrors(name)))
  if (namespace) return [...found, ...invalidBy(`${path}.namespace`, namespace, labelErrors(namespace))]
  return [...found, fieldError.required(`${path}.namespace`, 'must specify namespace for service account')]
}
