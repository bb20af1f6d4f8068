import { type FieldError, fieldError } from '../../../meta/field-error.js'
import { subdomainErrors } from '../../../meta/names.js'
import { invalidBy } from '../../field-checks.js'
import type { PodSpec } from './pod-spec.js'
import type { WindowsOptions } from './security-context.js'

const [maxSpecKiB, maxDomain, maxUser] = [64, 256, 104]
// biome-ignore lint/suspicious/noControlCharactersInRegex: upstream refuses them
const control = /[\u0000-\u001f\u007f]/
const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const dnsDomain = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/

/** `windowsOptions` of a pod or a container. */
export function validateWindowsOptions(options: WindowsOptions | undefined, path: string): FieldError[] {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: text, runAsUserName: user } = options ?? {}
  const found = name === undefined ? [] : invalidBy(`${path}.gmsaCredentialSpecName`, name, subdomainErrors(name))
  const at = `${path}.gmsaCredentialSpec`
  if (text === '') found.push(fieldError.invalid(at, text, 'gmsaCredentialSpec cannot be an empty string'))
  else if (text !== undefined && Buffer.byteLength(text) > maxSpecKiB * 1024) {
    found.push(fieldError.invalid(at, text, `gmsaCredentialSpec size must be under ${maxSpecKiB} KiB`))
  }
  return user === undefined ? found : [...found, ...invalidBy(`${path}.runAsUserName`, user, userNameErrors(user))]
}

/** `user`, or `domain\user`. */
function userNameErrors(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (control.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const [user = '', domain] = parts.reverse()
  const found: string[] = []
  if (domain !== undefined && Buffer.byteLength(domain) >= maxDomain) {
    found.push(`runAsUserName's Domain length must be under ${maxDomain} characters`)
  }
  if (domain !== undefined && !netBios.test(domain) && !dnsDomain.test(domain)) {
    found.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  }
  if (user === '') found.push("runAsUserName's User cannot be empty")
  else if (Buffer.byteLength(user) > maxUser) {
    found.push(`runAsUserName's User length must not be longer than ${maxUser} characters`)
  }
  if (/^[. ]+$/.test(user)) found.push("runAsUserName's User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) {
    found.push(`runAsUserName's User cannot contain the following characters: "/\\:;|=,+*?<>@[]`)
  }
  return found
}

/** Containers that run as processes of the host: all of a pod or none, and on the host's network. */
export function validateHostProcesses(spec: PodSpec, path: string): FieldError[] {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess
  const found: FieldError[] = []
  let [all, onHost] = [0, 0]
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const) {
    for (const [i, { securityContext }] of (spec[list] ?? []).entries()) {
      const own = securityContext?.windowsOptions?.hostProcess
      all++
      if (own ?? ofPod) onHost++
      if (own === undefined || ofPod === undefined || own === ofPod) continue
      const why = `pod hostProcess value must be identical if both are specified, was ${ofPod}`
      const at = `${path}.${list}[${i}].securityContext.windowsOptions.hostProcess`
      found.push(fieldError.invalid(at, own, why))
    }
  }
  if (onHost === 0) return found
  if (onHost !== all) {
    const why = 'If pod contains any hostProcess containers then all containers must be HostProcess containers'
    found.push(fieldError.invalid(path, '', why))
  }
  if (!spec.hostNetwork) {
    const why = 'hostNetwork must be true if pod contains any hostProcess containers'
    found.push(fieldError.invalid(`${path}.hostNetwork`, false, why))
  }
  return found
}
