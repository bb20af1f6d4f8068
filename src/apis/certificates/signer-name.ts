import { type FieldError, fieldError } from '../../meta/field-error.js'
import { labelErrors, subdomainErrors } from '../../meta/names.js'

const maxDomainBytes = 253

/** `example.com/signer-name`: who is to sign. */
export function checkSignerName(name: string, path: string): FieldError[] {
  if (name === '') return [fieldError.required(path)]
  const [domain = '', signer, ...more] = name.split('/')
  if (signer === undefined || more.length > 0) {
    const why = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
    return [fieldError.invalid(path, name, why)]
  }
  const found = Buffer.byteLength(domain) > maxDomainBytes ? [fieldError.tooLong(path, maxDomainBytes)] : []
  found.push(...firstWrong(domain, labelErrors, path))
  if (!domain.includes('.')) {
    const why = 'should be a domain with at least two segments separated by dots'
    found.push(fieldError.invalid(path, domain, why))
  }
  return [...found, ...firstWrong(signer, subdomainErrors, path)]
}

/** Of the parts between dots the first that is wrong. */
function firstWrong(text: string, errorsOf: (part: string) => string[], path: string): FieldError[] {
  const part = text.split('.').find((one) => errorsOf(one).length > 0)
  if (part === undefined) return []
  const label = JSON.stringify(part)
  return errorsOf(part).map((why) => fieldError.invalid(path, text, `validating label ${label}: ${why}`))
}
