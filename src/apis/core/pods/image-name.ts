/** Lower-case parts with single separators between them; tried a part at a time, so in linear time. */
const pathPart = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/
const host =
  /^(?:\[[0-9a-fA-F:]+\]|[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)*)(?::\d+)?$/
const tagText = /^\w[\w.-]{0,127}$/
const digestText = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/
const maxNameLength = 255

/** The tag of a container image; `latest` when it has none and no digest; undefined when it is no image's name. */
export function imageTag(image: string): string | undefined {
  const [named = '', digest] = splitOnce(image, image.indexOf('@'))
  const colon = named.lastIndexOf(':')
  const [name = '', tag] = splitOnce(named, colon > named.lastIndexOf('/') ? colon : -1)
  if (!isName(name) || (tag !== undefined && !tagText.test(tag))) return undefined
  if (digest !== undefined && !digestText.test(digest)) return undefined
  return tag ?? (digest === undefined ? 'latest' : '')
}

function splitOnce(text: string, at: number): [string] | [string, string] {
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function isName(name: string): boolean {
  if (/^[0-9a-f]{64}$/.test(name) || name.length > maxNameLength) return false
  const parts = name.split('/')
  const [first = ''] = parts
  const hasHost = parts.length > 1 && (/[.:A-Z]/.test(first) || first === 'localhost')
  return (!hasHost || host.test(first)) && parts.slice(hasHost ? 1 : 0).every((part) => pathPart.test(part))
}
