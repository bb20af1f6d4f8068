/**
 * The line, counted from 1, on which the field at `path` (`spec.toppings[0].name`) stands in a YAML text, or the
 * nearest field above it that is there. For messages to people who edit files: slow, and its library is loaded when
 * first needed.
 */
export async function lineOfField(text: string, path: string): Promise<number | undefined> {
  const { isMap, isScalar, isSeq, LineCounter, parseDocument } = await import('yaml')
  const lines = new LineCounter()
  let node: unknown = parseDocument(text, { lineCounter: lines, uniqueKeys: false }).contents
  let offset: number | undefined
  for (const step of path.match(/[^.[\]"]+/g) ?? []) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step)
      if (!pair) break
      offset = isScalar(pair.key) ? pair.key.range?.[0] : undefined
      node = pair.value
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)]
      if (item === undefined) break
      const range = (item as { range?: [number, number, number] }).range
      offset = range?.[0] ?? offset
      node = item
    } else break
  }
  return offset === undefined ? undefined : lines.linePos(offset).line
}
