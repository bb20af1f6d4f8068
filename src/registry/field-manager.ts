const maxBytes = 128

/**
 * Who a write is noted for: what the request says (`fieldManager`), else the program's name out of the User-Agent up to
 * the first slash, as upstream; '' when there is neither.
 */
export function fieldManagerOf(fieldManager: string | undefined, userAgent: string | undefined): string {
  if (fieldManager) return fieldManager
  const program = (userAgent?.split('/', 1)[0] ?? '').replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '')
  if (Buffer.byteLength(program) <= maxBytes) return program
  let name = ''
  let bytes = 0
  for (const character of program) {
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    name += character
  }
  return name
}
