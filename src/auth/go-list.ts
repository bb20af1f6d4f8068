import { quoteGo } from '../meta/go-quote.js'

/** As Go's %q prints a list of texts. */
export function quoteList(values: readonly string[]): string {
  return `[${values.map(quoteGo).join(' ')}]`
}
