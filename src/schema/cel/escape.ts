/** Words that can't be selected as they are (cel-spec, "Values"). */
const reserved = new Set([
  ...['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import'],
  ...['let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'],
])
const symbols: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}
const unescaped: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' }

/** The name of a member as rules write it: `a__dash__b` for `a-b`; undefined when they can't name it. */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_.\-/][A-Za-z0-9_.\-/]*$/.test(name)) return undefined
  if (reserved.has(name)) return `__${name}__`
  return name.replace(/__|[.\-/]/g, (symbol) => symbols[symbol] ?? symbol)
}

/** The name that an escaped one stands for; undefined when it is escaped wrongly. */
export function unescapeName(escaped: string): string | undefined {
  let fits = true
  const name = escaped.replace(/__([^_]+)__/g, (all: string, inner: string) => {
    if (Object.hasOwn(unescaped, inner)) return unescaped[inner] ?? ''
    if (!reserved.has(inner) || all.length !== escaped.length) fits = false
    return inner
  })
  return fits ? name : undefined
}
