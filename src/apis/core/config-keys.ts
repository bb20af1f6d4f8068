/** What is wrong with a key of a ConfigMap or Secret, in upstream's words. */
export function configKeyErrors(key: string): string[] {
  const found: string[] = []
  if (Buffer.byteLength(key) > 253) found.push('must be no more than 253 characters')
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    found.push(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  " +
        "or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    )
  }
  if (key === '.' || key === '..') found.push(`must not be '${key}'`)
  else if (key.startsWith('..')) found.push("must not start with '..'")
  return found
}
