import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { isJsonObject, type JsonObject } from '../../../meta/object.js'
import { isNegative } from '../../amounts.js'
import { checkOneOf, checkRequiredLabel } from '../../field-checks.js'
import { validateClaimTemplate } from '../claim-spec.js'
import { validateOneSource } from '../volumes/validate-source.js'
import type { Volume } from './pod-spec.js'
import { pullPolicies } from './validate-container.js'
import { validateFiles, validateMode } from './volume-files.js'

const longPortal =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.'

/** The volumes of a pod; `known` gets those that mounts may use, by name. */
export function validateVolumes(volumes: readonly Volume[], path: string, known: Map<string, Volume>): FieldError[] {
  return volumes.flatMap((volume, i) => {
    const at = `${path}[${i}]`
    const sources = Object.fromEntries(
      Object.entries(volume).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1])),
    )
    const found = [
      ...validateOneSource(sources, at, false, validateSource),
      ...checkRequiredLabel(volume.name, `${at}.name`),
    ]
    const { initiatorName, targetPortal } = sources.iscsi ?? {}
    if (initiatorName !== undefined && `${volume.name}:${String(targetPortal ?? '')}`.length > 64) {
      found.push(fieldError.invalid(`${at}.name`, volume.name, longPortal))
    }
    if (known.has(volume.name)) found.push(fieldError.duplicate(`${at}.name`, volume.name))
    if (found.length === 0) known.set(volume.name, volume)
    return found
  })
}

function validateSource(kind: string, source: JsonObject, path: string): FieldError[] {
  const found = [...validateFiles(kind, source, path), ...validateMode(source.defaultMode, `${path}.defaultMode`)]
  if (kind === 'emptyDir' && typeof source.sizeLimit === 'string' && isNegative(source.sizeLimit)) {
    const why = 'SizeLimit field must be a valid resource quantity'
    return [fieldError.forbidden(`${path}.sizeLimit`, why)]
  }
  if (kind === 'image') found.push(...checkOneOf(String(source.pullPolicy ?? ''), pullPolicies, `${path}.pullPolicy`))
  if (kind !== 'ephemeral') return found
  const { volumeClaimTemplate: template } = source
  if (!isJsonObject(template)) return [fieldError.required(`${path}.volumeClaimTemplate`)]
  return validateClaimTemplate(template, `${path}.volumeClaimTemplate`)
}
