import type { Answer } from './context.js'

export function plainText(code: number, body: string): Answer {
  return { code, type: 'text/plain; charset=utf-8', body, headers: { 'X-Content-Type-Options': 'nosniff' } }
}

/** What upstream's mux says of a path nobody serves: no Status (API-SEMANTICS E09). */
export function pageNotFound(): Answer {
  return plainText(404, '404 page not found\n')
}
