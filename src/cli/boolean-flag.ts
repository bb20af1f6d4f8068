import { Option } from 'commander'
import { parseBoolean } from './flag-values.js'

/** On where it stands alone; as in Go programs a value goes behind `=`. */
export function booleanFlag(flag: string, description: string, preset: boolean): Option {
  return new Option(`${flag} [bool]`, description).argParser(parseBoolean).default(preset)
}
