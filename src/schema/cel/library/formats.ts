import { labelErrors, labelValueErrors, qualifiedNameErrors, subdomainErrors } from '../../../meta/names.js'
import { isBase64, isUuid } from '../../format-code.js'
import { isDate, isDateTime } from '../../format-time.js'
import { isUri } from '../../format-uri.js'
import { ArrayList } from '../collections.js'
import { exactly, multiply, perCharacter, perPatternCharacter, times } from '../cost-range.js'
import { global, method, type Overload, type Price } from '../overload.js'
import { fixed } from '../price.js'
import { sizeOf } from '../size.js'
import { none, OpaqueValue, Optional } from '../value.js'
import { uriProblem } from './urls.js'

/** A named format of strings. `patternSize`: as if it were a pattern of that length, for its price. */
class FormatValue extends OpaqueValue {
  readonly type = 'kubernetes.NamedFormat'

  constructor(
    readonly name: string,
    readonly patternSize: number,
    readonly errors: (text: string) => string[],
  ) {
    super()
  }

  equals(other: OpaqueValue): boolean {
    return other instanceof FormatValue && this.name === other.name
  }
}

/** A name that more is appended to may end in a dash. */
function prefix(errors: (text: string) => string[]): (text: string) => string[] {
  return (text) => errors(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -1)}a` : text)
}

function orSay(fits: (text: string) => boolean, why: string): (text: string) => string[] {
  return (text) => (fits(text) ? [] : [why])
}

function dns1035Errors(text: string): string[] {
  const errors = text.length > 63 ? ['must be no more than 63 bytes'] : []
  if (/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(text)) return errors
  const rule = "a DNS-1035 label must consist of lower case alphanumeric characters or '-'"
  const ends = 'start with an alphabetic character, and end with an alphanumeric character'
  const examples = "(e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
  return [...errors, `${rule}, ${ends} ${examples}`]
}

const dateTimeSize = 71
const formats: Readonly<Record<string, FormatValue>> = {
  dns1123Label: new FormatValue('DNS1123Label', 30, labelErrors),
  dns1123Subdomain: new FormatValue('DNS1123Subdomain', 60, subdomainErrors),
  dns1035Label: new FormatValue('DNS1035Label', 30, dns1035Errors),
  qualifiedName: new FormatValue('QualifiedName', 60, qualifiedNameErrors),
  dns1123LabelPrefix: new FormatValue('DNS1123LabelPrefix', 30, prefix(labelErrors)),
  dns1123SubdomainPrefix: new FormatValue('DNS1123SubdomainPrefix', 60, prefix(subdomainErrors)),
  dns1035LabelPrefix: new FormatValue('DNS1035LabelPrefix', 30, prefix(dns1035Errors)),
  labelValue: new FormatValue('LabelValue', 40, labelValueErrors),
  uri: new FormatValue('URI', 1103, (text) => (isUri(text) ? [] : [uriProblem(text)])),
  uuid: new FormatValue('uuid', 70, orSay(isUuid(), 'does not match the UUID format')),
  byte: new FormatValue('byte', 84, orSay(isBase64, 'invalid base64')),
  date: new FormatValue('date', dateTimeSize, orSay(isDate, 'invalid date')),
  datetime: new FormatValue('datetime', dateTimeSize, orSay(isDateTime, 'invalid datetime')),
}

function validate(format: FormatValue, text: string): Optional {
  const errors = format.errors(text)
  return errors.length === 0 ? none : new Optional(new ArrayList(errors))
}

const validating: Price = {
  actual: ([format = null, text = null]) => {
    const pattern = format instanceof FormatValue ? format.patternSize : 0
    return Math.ceil((1 + sizeOf(text)) * perCharacter) * Math.ceil(pattern * perPatternCharacter)
  },
  estimate: ({ args }) =>
    args[0] && { cost: times(multiply(times(args[0].size, perCharacter), exactly(1)), 128 * perPatternCharacter) },
}

const named = (name: string) => (Object.hasOwn(formats, name) ? new Optional(formats[name]) : none)

export const namedFormats: readonly Overload[] = [
  ...Object.entries(formats).map(([name, format]) => global(`format.${name}() kubernetes.NamedFormat`, () => format)),
  global('format.named(string) optional(kubernetes.NamedFormat)', named, fixed(1)),
  method('validate(kubernetes.NamedFormat, string) optional(list(string))', validate, validating),
]
