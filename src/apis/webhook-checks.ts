import { type FieldError, fieldError } from '../meta/field-error.js'
import { quoteGo } from '../meta/go-quote.js'
import { subdomainErrors } from '../meta/names.js'
import { caBundleProblem } from './ca-bundle.js'

/** Checks of how a webhook is reached, in upstream's words. */

const form = '; desired format: https://host[/path]'

export function checkWebhookUrl(text: string, path: string): FieldError[] {
  const problem = urlProblem(text)
  if (problem !== undefined) {
    return [fieldError.required(path, `url must be a valid URL: parse ${quoteGo(text)}: ${problem}${form}`)]
  }
  const { scheme = '', user, host = '', query, fragment } = partsOf(text)
  const found: FieldError[] = []
  if (scheme.toLowerCase() !== 'https') {
    found.push(fieldError.invalid(path, scheme.toLowerCase(), `'https' is the only allowed URL scheme${form}`))
  }
  if (host === '') found.push(fieldError.invalid(path, host, `host must be specified${form}`))
  if (user !== undefined) found.push(fieldError.invalid(path, user, 'user information is not permitted in the URL'))
  if (fragment) found.push(fieldError.invalid(path, fragment, 'fragments are not permitted in the URL'))
  if (query) found.push(fieldError.invalid(path, query, 'query parameters are not permitted in the URL'))
  return found
}

const parts =
  /^(?:(?<scheme>[a-z][-+.a-z0-9]*):)?(?:\/\/(?:(?<user>[^/?#]*)@)?(?<host>[^/?#]*))?[^?#]*(?:\?(?<query>[^#]*))?(?:#(?<fragment>.*))?$/is

/** As they are written (RFC 3986, appendix B); the platform's URL would mend them. */
function partsOf(text: string): Partial<Record<'scheme' | 'user' | 'host' | 'query' | 'fragment', string>> {
  return parts.exec(text)?.groups ?? {}
}

/** Why Go can't read a URL. */
function urlProblem(text: string): string | undefined {
  if (/[\p{Cc}]/u.test(text)) return 'net/url: invalid control character in URL'
  if (text.startsWith(':')) return 'missing protocol scheme'
  const { scheme, host = '' } = partsOf(text)
  if (scheme === undefined && /^[^/?#]*:/.test(text)) return 'first path segment in URL cannot contain colon'
  const badEscape = /%(?![0-9a-f]{2})/i.exec(text)
  if (badEscape) return `invalid URL escape ${quoteGo(text.slice(badEscape.index, badEscape.index + 3))}`
  const odd = /[\s"<>\\^`{|}]/.exec(host)?.[0]
  if (odd !== undefined) return `invalid character ${quoteGo(odd)} in host name`
  const port = /^(?:\[[^\]]*\]|[^:]*)(?<port>:.*)?$/.exec(host)?.groups?.port ?? ''
  return /^(?::\d*)?$/.test(port) ? undefined : `invalid port ${quoteGo(port)} after host`
}

export interface WebhookService {
  readonly namespace: string
  readonly name: string
  readonly path?: string
  readonly port?: number
}

export function checkWebhookService(
  { namespace, name, path: urlPath, port = 443 }: WebhookService,
  path: string,
): FieldError[] {
  const found: FieldError[] = []
  if (name === '') found.push(fieldError.required(`${path}.name`))
  if (namespace === '') found.push(fieldError.required(`${path}.namespace`))
  if (port < 1 || port > 65535) {
    const why = 'port is not valid: must be between 1 and 65535, inclusive'
    found.push(fieldError.invalid(`${path}.port`, port, why))
  }
  if (urlPath !== undefined) found.push(...checkUrlPath(urlPath, `${path}.path`))
  return found
}

function checkUrlPath(urlPath: string, path: string): FieldError[] {
  if (urlPath === '' || urlPath === '/') return []
  const invalid = (why: string) => fieldError.invalid(path, urlPath, why)
  if (urlPath === '//') return [invalid('segment[0] may not be empty')]
  const steps = urlPath.slice(1).replace(/\/$/, '').split('/')
  return [
    ...(urlPath.startsWith('/') ? [] : [invalid("must start with a '/'")]),
    ...steps.flatMap((step, i) =>
      step === ''
        ? [invalid(`segment[${i}] may not be empty`)]
        : subdomainErrors(step).map((why) => invalid(`segment[${i}]: ${why}`)),
    ),
  ]
}

/** `bundle` is base64. */
export function checkCaBundle(bundle: string, path: string): FieldError[] {
  const problem = caBundleProblem(bundle)
  return problem === undefined ? [] : [fieldError.invalid(path, bundle, problem)]
}
