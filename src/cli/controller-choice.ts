import { InvalidArgumentError } from 'commander'

/** Names as src/controllers/names.ts has them. */
export interface ControllerChoice {
  readonly on: readonly string[]
  /** Said to be off, so that nothing else turns them on. */
  readonly off: readonly string[]
}

interface KnownControllers {
  readonly byDefault: readonly string[]
  /** They run only when they are named. */
  readonly onDemand: readonly string[]
  readonly aliases: Readonly<Record<string, string>>
}

/**
 * Which of the `known` controllers run, in kube-controller-manager's syntax: `*` is all that run by default, `name` is
 * on, `-name` is off whatever else is said, an empty text is none.
 */
export function parseControllers(text: string, { byDefault, onDemand, aliases }: KnownControllers): ControllerChoice {
  const known = [...byDefault, ...onDemand]
  const words = text.split(',').flatMap((word) => {
    const [, minus = '', name = ''] = /^(-?)(.*)$/.exec(word.trim()) ?? []
    const canonical = Object.hasOwn(aliases, name) ? (aliases[name] ?? name) : name
    if (minus + name === '') return []
    if (minus + name !== '*' && !known.includes(canonical)) {
      throw new InvalidArgumentError(
        `${JSON.stringify(minus + name)} is not in the list of known controllers. Known ones: ${known.join(', ')}.`,
      )
    }
    return minus + canonical
  })
  const isOn = (name: string) => words.includes(name) || (words.includes('*') && byDefault.includes(name))
  const off = known.filter((name) => words.includes(`-${name}`))
  return { on: known.filter((name) => isOn(name) && !off.includes(name)), off }
}
