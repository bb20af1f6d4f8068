/** Most texts have no such line, and need not be looked at more closely. */
export const mayHaveEmptyItem = /(?:^|[ \t])-[ \t]*(?:#.*)?\r?$/m

/** A line that ends in a dash with nothing behind it but a comment. */
const emptyDash = /^(.*?(?:^|[ \t])-)(?:[ \t]+#.*|[ \t]*)$/

/** Where a scalar stands in the text: from, up to but without. */
export type Range = readonly [number, number]

/**
 * Finds the first dash that is a list item with nothing in it, before a less indented item, and answers the position
 * behind it. js-yaml takes that other item for one of the same list (`- -` and `- a` in the next line become one
 * inner list); with a `~` behind the dash it does not. `scalars` says, in order, where dashes are text.
 */
export function findMisreadItem(text: string, scalars: readonly Range[]): number | undefined {
  let [position, scalar] = [0, 0]
  let suspect: { end: number; column: number } | undefined
  for (const line of text.split('\n')) {
    const content = line.search(/[^ \t\r]/)
    if (content >= 0 && line[content] !== '#') {
      if (suspect && content < suspect.column && /^-(?:\s|$)/.test(line.slice(content))) return suspect.end
      const dash = emptyDash.exec(line.replace(/\r$/, ''))?.[1]
      const end = position + (dash?.length ?? 0)
      while ((scalars[scalar]?.[1] ?? Number.POSITIVE_INFINITY) < end) scalar++
      const isText = (scalars[scalar]?.[0] ?? Number.POSITIVE_INFINITY) < end
      suspect = dash === undefined || isText ? undefined : { end, column: dash.length - 1 }
    }
    position += line.length + 1
  }
  return undefined
}
