/** Compact JSON text with two spaces of indentation, digit for digit the same: what `?pretty=true` asks for. */
export function indentJson(json: string): string {
  const parts: string[] = []
  let depth = 0
  let from = 0
  const line = () => `\n${'  '.repeat(depth)}`
  for (let i = 0; i < json.length; i++) {
    const c = json[i]
    if (c === '"') {
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++
    } else if ((c === '{' || c === '[') && json[i + 1] === (c === '{' ? '}' : ']')) i++
    else if (c === '{' || c === '[' || c === ',') {
      if (c !== ',') depth++
      parts.push(json.slice(from, i + 1), line())
      from = i + 1
    } else if (c === '}' || c === ']') {
      depth--
      parts.push(json.slice(from, i), line())
      from = i
    } else if (c === ':') {
      parts.push(json.slice(from, i + 1), ' ')
      from = i + 1
    }
  }
  parts.push(json.slice(from), '\n')
  return parts.join('')
}
