import type { FieldError } from '../meta/field-error.js'
import type { KubeObject } from '../meta/object.js'
import { propertyOf } from '../schema/member.js'
import { ruleErrors } from '../schema/rules.js'
import { validateEmbedded, validateListTypes, validateValue } from '../schema/validate.js'
import type { Resource } from './resource.js'
import type { ObjectUpdate } from './strategy.js'
import { checkScale } from './validate-scale.js'

/**
 * What is wrong with a custom resource by its schema and its rules (API-SEMANTICS R22 to R31). An update is not held to
 * what was wrong before and has not changed (R24); one of the status alone is held to the status's schema alone, and to
 * all rules. `warn` takes what a rule says of what was wrong before.
 */
export function validateCustom(
  { version }: Resource,
  object: KubeObject,
  update: ObjectUpdate | undefined,
  warn: (text: string) => void,
): FieldError[] {
  const { schema, subresources } = version
  const statusOnly = update?.subresource === 'status'
  const old = update?.old
  const found = statusOnly ? validateStatus(object, version.schema, update.old) : validateValue(object, schema, '', old)
  if (subresources?.scale) found.push(...checkScale(object, subresources.scale, statusOnly))
  if (!statusOnly) found.push(...validateEmbedded(object, schema))
  found.push(...validateListTypes(object, schema, old))
  return [...found, ...ruleErrors(schema, object, old, found, warn)]
}

function validateStatus(object: KubeObject, schema: Resource['version']['schema'], old: KubeObject): FieldError[] {
  const status = propertyOf(schema, 'status')
  return status && Object.hasOwn(object, 'status') ? validateValue(object.status, status, 'status', old.status) : []
}
