import type { Command } from 'commander'

/** Flags by their names, as in `--file-rootpath`: whether they stand alone or take the next argument. */
export type FlagForms = ReadonlyMap<string, 'boolean' | 'value'>

/**
 * Brings arguments as Go programs take them into the one form that commander reads the same way: `--x` of a boolean
 * becomes `--x=true` (so that the argument behind it stays one of its own), `-v=3` becomes `--v=3`.
 */
export function fromGoForms(args: readonly string[], forms: FlagForms): string[] {
  const result: string[] = []
  for (let i = 0; i < args.length; i++) {
    const argument = args[i] ?? ''
    if (argument === '--') return [...result, ...args.slice(i)]
    const form = forms.get(argument)
    if (form === 'boolean') result.push(`${argument}=true`)
    else if (form === 'value') {
      result.push(argument, ...args.slice(i + 1, i + 2))
      i++
    } else result.push(argument.replace(/^-(\w)=/, '--$1='))
  }
  return result
}

/** The forms that a command's options take. */
export function flagForms({ options }: Command): FlagForms {
  return new Map(
    options
      .filter((option) => option.required || option.optional)
      .flatMap((option) =>
        [option.long, option.short].map((name) => [name ?? '', option.required ? 'value' : 'boolean']),
      ),
  )
}
