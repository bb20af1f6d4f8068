import type { IncomingMessage } from 'node:http'

/** Every value of each header whose name begins with `prefix` (lower case), by the rest of the name in lower case. */
export function headersBelow(prefix: string, rawHeaders: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!name.startsWith(prefix)) continue
    const key = name.slice(prefix.length)
    const values = found.get(key) ?? []
    found.set(key, values)
    values.push(textOf(rawHeaders[i + 1] as string))
  }
  return found
}

/** Node makes a character of each byte of a header; Go's clients and proxies send text as UTF-8. */
function textOf(value: string): string {
  return /[\x80-\xff]/.test(value) ? Buffer.from(value, 'latin1').toString() : value
}

/** As `headersBelow`, the rest of the names being keys of a user's extra: escaped as in a URL, or taken as they are. */
export function extraBelow(prefix: string, rawHeaders: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = Object.create(null)
  for (const [key, values] of headersBelow(prefix, rawHeaders)) {
    const name = unescaped(key)
    extra[name] = [...(extra[name] ?? []), ...values]
  }
  return extra
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key)
  } catch {
    return key
  }
}

/** Whether any header's name begins with `prefix`; costs a look at each name. */
export function hasHeaderBelow(prefix: string, headers: IncomingMessage['headers']): boolean {
  for (const name in headers) if (name.startsWith(prefix)) return true
  return false
}
