/**
 * The rules for names of upstream's util/validation and its texts (API-SEMANTICS V20, V21, V25). Each function answers
 * with what is wrong, in words that follow on a field's path; nothing when the name is right. Lengths are bytes. All
 * patterns match in linear time.
 */
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = `${label}(\\.${label})*`
const label1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const value = `(${qualified})?`

const wildcard = `\\*\\.${subdomain}`
const wildcardPattern = whole(wildcard)
const labelPattern = whole(label)
const label1035Pattern = whole(label1035)
const subdomainPattern = whole(subdomain)
const qualifiedPattern = whole(qualified)
const valuePattern = whole(value)

const atEnds = 'and must start and end with an alphanumeric character'
const notSubdomain = patternError(
  `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', ${atEnds}`,
  subdomain,
  'example.com',
)
const notLabel = patternError(
  `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', ${atEnds}`,
  label,
  'my-name',
  '123-abc',
)
const notWildcard = patternError(
  "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower " +
    "case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
  wildcard,
  '*.example.com',
)
const notLabel1035 = patternError(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, " +
    'and end with an alphanumeric character',
  label1035,
  'my-name',
  'abc-123',
)
const notQualified = patternError(
  `must consist of alphanumeric characters, '-', '_' or '.', ${atEnds}`,
  qualified,
  'MyName',
  'my.name',
  '123-abc',
)
const notLabelValue = patternError(
  `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', ${atEnds}`,
  value,
  'MyValue',
  'my_value',
  '12345',
)

/** RFC 1123 subdomain, at most 253 bytes: the rule for names that have no other. */
export function subdomainErrors(name: string): string[] {
  return subdomainErrorsIn(name, 'characters')
}

function subdomainErrorsIn(name: string, unit: 'characters' | 'bytes'): string[] {
  const errors = lengthErrors(name, 253, unit)
  return subdomainPattern.test(name) ? errors : [...errors, notSubdomain]
}

/** RFC 1123 label, at most 63 bytes. */
export function labelErrors(name: string): string[] {
  const errors = lengthErrors(name, 63, 'characters')
  if (labelPattern.test(name)) return errors
  return [...errors, subdomainPattern.test(name) ? 'must not contain dots' : notLabel]
}

/** A subdomain whose first label is a star: `*.example.com`. */
export function wildcardErrors(name: string): string[] {
  const errors = lengthErrors(name, 253, 'characters')
  return wildcardPattern.test(name) ? errors : [...errors, notWildcard]
}

/** RFC 1035 label, at most 63 bytes: it begins with a letter. */
export function dns1035LabelErrors(name: string): string[] {
  const errors = lengthErrors(name, 63, 'characters')
  return label1035Pattern.test(name) ? errors : [...errors, notLabel1035]
}

/** A name that can stand as one segment of a path; `prefix`: more will be appended to it. */
export function pathSegmentErrors(name: string, prefix = false): string[] {
  if (!prefix && (name === '.' || name === '..')) return [`may not be '${name}'`]
  return ['/', '%'].filter((c) => name.includes(c)).map((c) => `may not contain '${c}'`)
}

/** What nothing is wrong with: nearly every key, and each of the many in a hostile selector. */
const plainName = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/

/** `name` or `prefix/name`: keys of labels and annotations, finalizers. */
export function qualifiedNameErrors(text: string): string[] {
  if (text.length <= 63 && plainName.test(text)) return []
  const parts = text.split('/', 3)
  if (parts.length > 2) {
    return [
      `a valid label key ${notQualified} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const errors = parts.length === 1 ? [] : prefixErrors(parts[0] ?? '')
  const name = parts.at(-1) ?? ''
  if (name === '') errors.push('name part must be non-empty')
  else errors.push(...lengthErrors(name, 63, 'bytes').map((e) => `name part ${e}`))
  if (!qualifiedPattern.test(name)) errors.push(`name part ${notQualified}`)
  return errors
}

export function labelValueErrors(text: string): string[] {
  if (text === '' || (text.length <= 63 && plainName.test(text))) return []
  const errors = lengthErrors(text, 63, 'bytes')
  return valuePattern.test(text) ? errors : [...errors, notLabelValue]
}

function prefixErrors(prefix: string): string[] {
  const errors = prefix === '' ? ['must be non-empty'] : subdomainErrorsIn(prefix, 'bytes')
  return errors.map((e) => `prefix part ${e}`)
}

/** Upstream counts bytes everywhere, and says so in some of its texts. */
function lengthErrors(text: string, max: number, unit: 'characters' | 'bytes'): string[] {
  return Buffer.byteLength(text) > max ? [`must be no more than ${max} ${unit}`] : []
}

function patternError(rule: string, pattern: string, ...examples: string[]): string {
  const shown = examples.map((e) => `'${e}', `).join(' or ')
  return `${rule} (e.g. ${shown}regex used for validation is '${pattern}')`
}

function whole(pattern: string): RegExp {
  return new RegExp(`^${pattern}$`)
}
