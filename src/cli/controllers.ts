import { InvalidArgumentError } from 'commander'

/**
 * Which of the `known` controllers run, in kube-controller-manager's syntax: `*` is all of them, `name` is on, `-name`
 * is off whatever else is said, an empty text is none. `aliases` are other names of some of them.
 */
export function parseControllers(
  text: string,
  known: readonly string[],
  aliases: Readonly<Record<string, string>> = {},
): string[] {
  const canonical = (name: string) => (Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name)
  const words = text.split(',').map((word) => {
    const [, minus = '', name = ''] = /^(-?)(.*)$/.exec(word.trim()) ?? []
    return minus + canonical(name)
  })
  const named = words.filter((word) => word !== '' && word !== '*')
  for (const word of named) {
    if (known.includes(word.replace(/^-/, ''))) continue
    throw new InvalidArgumentError(
      `${JSON.stringify(word)} is not in the list of known controllers. Known ones: ${known.join(', ')}.`,
    )
  }
  return known.filter((name) => !named.includes(`-${name}`) && (named.includes(name) || words.includes('*')))
}
