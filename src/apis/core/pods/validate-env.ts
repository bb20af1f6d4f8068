import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { subdomainErrors } from '../../../meta/names.js'
import { checkNoBacksteps, checkRequiredLabel, each, invalidBy } from '../../field-checks.js'
import { configKeyErrors } from '../config-keys.js'
import type { Container, EnvFrom, EnvVar, KeyReference, PodSpec } from './pod-spec.js'
import { envFieldPaths, validateFieldReference, validateResourceReference } from './validate-field-reference.js'

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef']

/** A variable of a container's environment. */
export function validateEnv({ name, value, valueFrom }: EnvVar, path: string): FieldError[] {
  const found = name === '' ? [fieldError.required(`${path}.name`)] : checkName(name, `${path}.name`)
  if (!valueFrom) return found
  const at = `${path}.valueFrom`
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom
  if (fieldRef) found.push(...validateFieldReference(fieldRef, envFieldPaths, `${at}.fieldRef`))
  if (resourceFieldRef) {
    found.push(...validateResourceReference(resourceFieldRef, `${at}.resourceFieldRef`, false))
  }
  if (configMapKeyRef) found.push(...validateKeyReference(configMapKeyRef, `${at}.configMapKeyRef`))
  if (secretKeyRef) found.push(...validateKeyReference(secretKeyRef, `${at}.secretKeyRef`))
  if (fileKeyRef) found.push(...validateFileKey(fileKeyRef, `${at}.fileKeyRef`))
  const count = sources.filter((source) => valueFrom[source] !== undefined).length
  if (count === 0) {
    const names = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`'
    found.push(fieldError.invalid(at, '', `must specify one of: ${names}`))
  } else if (value) found.push(fieldError.invalid(at, '', 'may not be specified when `value` is not empty'))
  else if (count > 1) found.push(fieldError.invalid(at, '', 'may not have more than one field specified at a time'))
  return found
}

/** A variable out of a file that an init container wrote. */
function validateFileKey({ key, volumeName, path: file }: KeyReference, path: string): FieldError[] {
  return [
    ...(key ? checkName(key, `${path}.key`) : [fieldError.required(`${path}.key`)]),
    ...checkRequiredLabel(volumeName, `${path}.volumeName`),
    ...(file ? checkNoBacksteps(file, `${path}.path`) : [fieldError.required(`${path}.path`)]),
  ]
}

/** Files that variables come from lie in volumes that the pod itself writes. */
export function validateFileVolumes(spec: PodSpec, path: string): FieldError[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap((list) =>
    each<Container>(spec[list], `${path}.${list}`, ({ env }, at) =>
      each(env, `${at}.env`, ({ valueFrom }, p) => {
        if (!valueFrom?.fileKeyRef) return []
        const { volumeName = '' } = valueFrom.fileKeyRef
        const [volume, where] = [
          spec.volumes?.find(({ name }) => name === volumeName),
          `${p}.valueFrom.fileKeyRef.volumeName`,
        ]
        if (!volume) return [fieldError.notFound(where, volumeName)]
        if (volume.emptyDir !== undefined) return []
        return [fieldError.invalid(where, volumeName, 'referenced volume must be of type emptyDir')]
      }),
    ),
  )
}

function validateKeyReference({ name = '', key }: KeyReference, path: string): FieldError[] {
  return [
    ...invalidBy(`${path}.name`, name, subdomainErrors(name)),
    ...(key ? invalidBy(`${path}.key`, key, configKeyErrors(key)) : [fieldError.required(`${path}.key`)]),
  ]
}

/** All variables of a ConfigMap or Secret. Upstream says some of it of the whole list, at `path`. */
export function validateEnvFrom({ prefix, configMapRef, secretRef }: EnvFrom, path: string, i: number): FieldError[] {
  const found = prefix ? checkName(prefix, `${path}[${i}].prefix`) : []
  for (const [kind, reference] of Object.entries({ configMapRef, secretRef })) {
    const at = `${path}[${i}].${kind}.name`
    if (!reference) continue
    // Names may end as prefixes of generated names do.
    const checked = reference.name?.replace(/-$/, 'a')
    found.push(...(checked ? invalidBy(at, reference.name, subdomainErrors(checked)) : [fieldError.required(at)]))
  }
  if (!configMapRef && !secretRef) {
    found.push(fieldError.invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'))
  } else if (configMapRef && secretRef) {
    found.push(fieldError.invalid(path, '', 'may not have more than one field specified at a time'))
  }
  return found
}

function checkName(name: string, path: string): FieldError[] {
  const why = "a valid environment variable name must consist only of printable ASCII characters other than '='"
  return /^[ -<>-~]*$/.test(name) ? [] : [fieldError.invalid(path, name, why)]
}
