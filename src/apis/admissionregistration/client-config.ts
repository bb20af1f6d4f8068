import { type FieldError, fieldError } from '../../meta/field-error.js'
import { subdomainErrors } from '../../meta/names.js'
import type { ServiceReference, Webhook } from './webhook-spec.js'

const desired = '; desired format: https://host[/path]'

/** Where a webhook is: by its URL, or as a service. */
export function validateClientConfig(
  { url, service }: NonNullable<Webhook['clientConfig']>,
  path: string,
): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [fieldError.required(path, 'exactly one of url or service is required')]
  }
  if (url !== undefined) return validateUrl(url, `${path}.url`)
  return validateService(service ?? {}, `${path}.service`)
}

function validateUrl(url: string, path: string): FieldError[] {
  const wrong = (why: string, shown: unknown = url) => fieldError.invalid(path, shown, `${why}${desired}`)
  const [, scheme = '', rest = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/)?(.*)$/s.exec(url) ?? []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses them in URLs
  if (/[\u0000-\u001f\u007f]/.test(url)) {
    return [
      fieldError.required(
        path,
        `url must be a valid URL: parse ${JSON.stringify(url)}: net/url: invalid control character in URL${desired}`,
      ),
    ]
  }
  const found: FieldError[] = []
  if (scheme.toLowerCase() !== 'https') {
    found.push(wrong("'https' is the only allowed URL scheme", scheme))
  }
  const hierarchical = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url)
  const authority = hierarchical ? (/^[^/?#]*/.exec(rest)?.[0] ?? '') : ''
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (host === '') found.push(wrong('host must be specified', host))
  if (authority.includes('@')) {
    const user = authority.slice(0, authority.lastIndexOf('@'))
    found.push(wrong('user information is not permitted in the URL', user))
  }
  const fragment = url.indexOf('#')
  if (fragment >= 0 && fragment < url.length - 1) {
    found.push(wrong('fragments are not permitted in the URL', url.slice(fragment + 1)))
  }
  const query = /\?([^#]*)/.exec(url)?.[1]
  if (query) found.push(wrong('query parameters are not permitted in the URL', query))
  return found
}

function validateService({ name, namespace, path: urlPath, port }: ServiceReference, path: string): FieldError[] {
  const found: FieldError[] = []
  // Upstream names the one when the other is missing.
  if (!name) found.push(fieldError.required(`${path}.namespace`))
  if (!namespace) found.push(fieldError.required(`${path}.name`))
  if (port !== undefined && (port < 1 || port > 65535)) {
    const why = 'port is not valid: must be between 1 and 65535, inclusive'
    found.push(fieldError.invalid(`${path}.port`, port, why))
  }
  return urlPath === undefined ? found : [...found, ...validatePath(urlPath, `${path}.path`)]
}

function validatePath(text: string, path: string): FieldError[] {
  if (text === '' || text === '/') return []
  const wrong = (why: string) => fieldError.invalid(path, text, why)
  if (text === '//') return [wrong('segment[0] may not be empty')]
  const found = text.startsWith('/') ? [] : [wrong("must start with a '/'")]
  const steps = text.replace(/^\//, '').replace(/\/$/, '').split('/')
  return [
    ...found,
    ...steps.flatMap((step, i) => {
      if (step === '') return [wrong(`segment[${i}] may not be empty`)]
      return subdomainErrors(step).map((why) => wrong(`segment[${i}]: ${why}`))
    }),
  ]
}
