/** JSON without loss: integers that a double can't hold are bigint. */
export function parseJson(text: string | Buffer): unknown {
  return JSON.parse(text.toString())
}

export function stringifyJson(value: unknown): string {
  return JSON.stringify(value)
}
