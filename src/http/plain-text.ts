import type { Answer } from './call.js'

export function plainText(code: number, body: string): Answer {
  return { code, type: 'text/plain; charset=utf-8', body, headers: { 'X-Content-Type-Options': 'nosniff' } }
}

/** What upstream's mux says of a path nobody serves: no Status (API-SEMANTICS E09). */
export function pageNotFound(): Answer {
  return plainText(404, '404 page not found\n')
}

/** A failure that is answered with text instead of a Status, as upstream's aggregator does (API-SEMANTICS A81). */
export class TextError extends Error {
  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text)
  }
}
