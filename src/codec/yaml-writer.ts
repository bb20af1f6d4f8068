import { isBlock, isPlain, quote } from './yaml-plain.js'

/** A longer key is not taken for one by readers unless it has a `?` before it. */
const maxSimpleKey = 1000

/**
 * Block style YAML, keys in the order given, every string quoted that a reader of YAML 1.1 or 1.2 could take for
 * something else, text of several lines as a literal block where that is exact. What `parseYaml` and Kubernetes' own
 * reader make of it is the value again. Members that are undefined are left out.
 */
export function stringifyYaml(value: unknown): string {
  const lines: string[] = []
  write(value ?? null, '', '', lines)
  return `${lines.join('\n')}\n`
}

/** `head` is what stands on the line already (`name:`, `-`); `indent` is that of the lines below. */
function write(value: unknown, head: string, indent: string, lines: string[]): void {
  const lead = head && `${head} `
  if (typeof value === 'string') {
    if (isBlock(value)) writeBlock(value, lead, indent, lines)
    else lines.push(lead + (isPlain(value) ? value : quote(value)))
  } else if (Array.isArray(value)) {
    if (value.length === 0) lines.push(`${lead}[]`)
    else writeItems(value, head, indent, lines)
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined)
    if (members.length === 0) lines.push(`${lead}{}`)
    else writeMembers(members, head, indent, lines)
  } else lines.push(lead + atom(value))
}

/** The first member stands on the line of a dash, but not on that of a key. */
function writeMembers(members: [string, unknown][], head: string, indent: string, lines: string[]): void {
  const compact = head.endsWith('-')
  if (head && !compact) lines.push(head)
  for (const [index, [key, member]] of members.entries()) {
    const start = compact && index === 0 ? `${head} ` : indent
    const name = isPlain(key) ? key : quote(key)
    if (name.length > maxSimpleKey) {
      lines.push(`${start}? ${name}`)
      write(member, `${indent}:`, `${indent}  `, lines)
    } else write(member, `${start}${name}:`, `${indent}  `, lines)
  }
}

/** Items of a list that is a member's value are indented as the member's key is. */
function writeItems(items: unknown[], head: string, indent: string, lines: string[]): void {
  const compact = head.endsWith('-')
  if (head && !compact) lines.push(head)
  const below = head.endsWith(':') ? indent.slice(2) : indent
  for (const [index, item] of items.entries()) {
    const start = compact && index === 0 ? `${head} -` : `${below}-`
    write(item ?? null, start, `${below}  `, lines)
  }
}

function writeBlock(text: string, lead: string, indent: string, lines: string[]): void {
  const chomping = text.endsWith('\n\n') ? '+' : text.endsWith('\n') ? '' : '-'
  const body = text.replace(/\n$/, '').split('\n')
  lines.push(`${lead}|${chomping}`)
  for (const line of body) lines.push(line && (indent || '  ') + line)
}

/** A double beyond 2^53 keeps its exponent, so that it is not taken for an exact integer. */
function atom(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number' && Number.isFinite(value)) {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value + 0)
  }
  return typeof value === 'boolean' ? String(value) : 'null'
}
