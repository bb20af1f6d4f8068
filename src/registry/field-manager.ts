const maxBytes = 128

/**
 * Who a write is noted for: what the request says (`fieldManager`), else the program's name out of the User-Agent up to
 * the first slash, as upstream; '' when there is neither.
 */
export function fieldManagerOf(fieldManager: string | undefined, userAgent: string | undefined): string {
  if (fieldManager) return fieldManager
  let name = ''
  let bytes = 0
  for (const character of userAgent?.split('/')[0] ?? '') {
    if (!/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) continue
    bytes += Buffer.byteLength(character)
    if (bytes > maxBytes) break
    name += character
  }
  return name
}
