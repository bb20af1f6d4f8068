import { InvalidArgumentError } from 'commander'

/**
 * Which of the `known` controllers run, in kube-controller-manager's syntax: `*` is all of them, `name` is on, `-name`
 * is off whatever else is said, an empty text is none.
 */
export function parseControllers(text: string, known: readonly string[]): string[] {
  const words = text.split(',').map((word) => word.trim())
  const named = words.filter((word) => word !== '' && word !== '*')
  for (const word of named) {
    if (known.includes(word.replace(/^-/, ''))) continue
    const list = known.length === 0 ? 'There are none yet.' : `Known ones: ${known.join(', ')}.`
    throw new InvalidArgumentError(`${JSON.stringify(word)} is not in the list of known controllers. ${list}`)
  }
  return known.filter((name) => !named.includes(`-${name}`) && (named.includes(name) || words.includes('*')))
}
