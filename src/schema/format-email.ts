import { isIpv4, isIpv6 } from './format-address.js'

const atomText = "(?:[-A-Za-z0-9!#$%&'*+/=?^_`{|}~]|[^\\0-\\x7f])+"
const dottedAtom = `${atomText}(?:\\.${atomText})*`
const quotedText = '"(?:[ \\t!#-[\\]-~]|[^\\0-\\x7f]|\\\\[ \\t!-~])*"'
const address = new RegExp(`^[ \\t]*(${dottedAtom}|${quotedText})@[ \\t]*(${dottedAtom}|\\[[^\\]\\\\]*\\])`)
const word = new RegExp(`^[ \\t]*(?:${quotedText}|(?:[-A-Za-z0-9!#$%&'*+/=?^_\`{|}~.]|[^\\0-\\x7f])+)`)

/** One address as Go's mail.ParseAddress takes it: `a@b.c`, `Barry <a@b.c>`, `a@b.c (Barry)`. */
export function isEmail(text: string): boolean {
  const plain = takeAddress(text)
  if (plain !== undefined) return isCommentary(plain)
  let rest = text
  for (let next = word.exec(rest); next; next = word.exec(rest)) rest = rest.slice(next[0].length)
  const bracket = /^[ \t]*</.exec(rest)
  const inside = bracket ? takeAddress(rest.slice(bracket[0].length)) : undefined
  return inside?.startsWith('>') === true && isCommentary(inside.slice(1))
}

/** What follows on the address that `text` begins with; undefined when it begins with none. */
function takeAddress(text: string): string | undefined {
  const [whole, local, domain = ''] = address.exec(text) ?? []
  if (whole === undefined || local === '""') return undefined
  const literal = /^\[(.*)\]$/.exec(domain)?.[1]
  if (literal !== undefined && !isIpv4(literal) && !isIpv6(literal)) return undefined
  return text.slice(whole.length)
}

/** Blanks and comments in parentheses. */
function isCommentary(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '(') depth++
    else if (depth === 0 && c !== ' ' && c !== '\t') return false
    else if (c === ')') depth--
    else if (c === '\\') i++
  }
  return depth === 0
}
