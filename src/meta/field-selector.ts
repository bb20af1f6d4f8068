import { errors } from './status.js'

/** What `?fieldSelector=` asks for: every requirement must hold (API-SEMANTICS L30). */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[]
  /** A field that is missing counts as ''. */
  matches(fields: Readonly<Record<string, string>>): boolean
}

export interface FieldRequirement {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/**
 * Reads `a=b,c==d,e!=f`; in values `\,`, `\=` and `\\` stand for the character. Linear in the text's length. Which
 * fields there are is for the caller to check.
 * @throws StatusError BadRequest
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements = splitTerms(text)
    .filter((term) => term !== '')
    .sort()
    .map((term) => parseTerm(text, term))
  return {
    requirements,
    matches: (fields) =>
      requirements.every(({ field, operator, value }) => {
        const actual = Object.hasOwn(fields, field) ? fields[field] : ''
        return operator === '=' ? actual === value : actual !== value
      }),
  }
}

/** Splits at commas that no backslash stands before. */
function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '\\') i++
    else if (c === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  return [...terms, text.slice(start)]
}

function parseTerm(selector: string, term: string): FieldRequirement {
  const [, field = '', operator, value = ''] = /^(.*?)(!=|==|=)(.*)$/s.exec(term) ?? []
  if (operator === undefined) {
    throw errors.badRequest(`invalid selector: '${selector}'; can't understand '${term}'`)
  }
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(value) }
}

function unescapeValue(value: string): string {
  if (!/[\\,=]/.test(value)) return value
  let result = ''
  for (let i = 0; i < value.length; i++) {
    const c = value.charAt(i)
    if (c === '\\') {
      const next = value.charAt(++i)
      if (!['\\', ',', '='].includes(next)) {
        throw errors.badRequest(`invalid field selector: invalid escape sequence: \\${next}`)
      }
      result += next
    } else if (c === '=' || c === ',') {
      throw errors.badRequest(`invalid field selector: unescaped character in value: ${c.charCodeAt(0)}`)
    } else result += c
  }
  return result
}
