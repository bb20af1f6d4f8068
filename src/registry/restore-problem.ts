/** Go's json.UnmarshalTypeError: what was found, and the Go type it was to become. */
const unmarshal = /^json: cannot unmarshal (\w+)(?: (\S+))? into Go struct field \S+ of type (\S+)$/

const goKinds: Readonly<Record<string, string>> = { array: 'slice', object: 'map' }

/**
 * What is wrong with what a strategic merge made, in the words of those who read it: upstream makes structs of parsed
 * values there (apimachinery's FromUnstructured), not of JSON text. `problem` is what Go's JSON decoder says of it.
 */
export function restoreProblem(problem: string): string {
  if (problem.startsWith('illegal base64 data')) return `error decoding from json: ${problem}`
  const [, found = '', number = '', type = ''] = unmarshal.exec(problem) ?? []
  if (type === '') return problem
  const isWhole = found === 'number' && !number.includes('.')
  const kind = found === 'number' ? (isWhole ? 'int64' : 'float64') : (goKinds[found] ?? found)
  if (type.startsWith('[]')) return `cannot restore slice from ${kind}`
  if (type.startsWith('map[')) return `cannot restore map from ${kind}`
  if (type.includes('.')) return `cannot restore struct from: ${kind}`
  // Go converts between numbers, and would take a whole number for the code of a character.
  const converts = found === 'number' && type !== 'bool' && (type !== 'string' || isWhole)
  return converts ? `cannot convert ${kind} to ${type}` : `unrecognized type: ${type}`
}
