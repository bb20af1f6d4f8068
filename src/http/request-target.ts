import type { IncomingMessage } from 'node:http'

/**
 * Brings a request's target into the one form that everything reads: a path with its query, so that what is authorised is
 * what is served. An absolute-form target (RFC 9112, 3.2.2) loses scheme and authority; a `#`, which is none in a request,
 * is a character of the path. Answers with what is wrong with it, in the words of Go's server.
 */
export function readTarget(request: IncomingMessage): string | undefined {
  let target = request.url ?? '/'
  if (!target.startsWith('/') && target !== '*') {
    const [, path] = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]*(.*)$/s.exec(target) ?? []
    if (path === undefined) return '400 Bad Request'
    target = path.startsWith('/') ? path : `/${path}`
  }
  if (target.includes('#')) target = target.replaceAll('#', '%23')
  if (target !== request.url) request.url = target
  if (target.includes('%') && /%(?![0-9A-Fa-f]{2})/.test(pathOf(target))) return '400 Bad Request'
  return hostIsAmbiguous(request) ? '400 Bad Request' : undefined
}

function pathOf(target: string): string {
  const mark = target.indexOf('?')
  return mark < 0 ? target : target.slice(0, mark)
}

/** Two Host headers: who is asked depends on who reads them. HTTP/0.9 has none, nor a status to answer with. */
function hostIsAmbiguous({ rawHeaders, httpVersionMajor }: IncomingMessage): boolean {
  let hosts = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1 || httpVersionMajor === 0
}
