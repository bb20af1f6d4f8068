import type { UserInfo } from '../meta/user.js'

/** In which a front proxy says for whom it asks, and in which a client would (API-SEMANTICS A05, A06). */
const identities = /^(?:x-remote-(?:user|uid|group)$|x-remote-extra-|impersonate-|authorization$)/

/** Whether a client's own header would say who it is: none of those is passed on. */
export function saysWhoAsks(name: string): boolean {
  return identities.test(name)
}

/** Says for whom this server asks. */
export function identityHeaders({ name, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = { 'X-Remote-User': wire(name) }
  if (uid) headers['X-Remote-Uid'] = wire(uid)
  if (groups.length > 0) headers['X-Remote-Group'] = groups.map(wire)
  for (const [key, values] of Object.entries(extra)) headers[`X-Remote-Extra-${escaped(key)}`] = values.map(wire)
  return headers
}

/** Headers are bytes, and Node takes a character for each: text goes as UTF-8, as Go sends it. */
function wire(text: string): string {
  return Buffer.from(text).toString('latin1')
}

/** As in a URL, but for what the name of a header may hold anyway. */
function escaped(key: string): string {
  return Buffer.from(key)
    .toString('latin1')
    .replace(/[^!#$&'*+.^_`|~0-9A-Za-z-]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
