import { createHash } from 'node:crypto'

const plain = /^[a-z0-9-](?:[a-z0-9.-]*[a-z0-9-])?$/
const deviceName = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/
const longest = 240
const keptOfLong = 200
const hashedForm = /^.+~[0-9a-f]{16}$/

/**
 * A name as a file or directory name, the same on every platform: what is outside `[a-z0-9.-]`, leading and trailing
 * dots, and names that Windows keeps for devices are percent-encoded; more than 240 bytes are cut and hashed.
 */
export function encodeFileName(name: string): string {
  if (name.length <= longest && plain.test(name) && !deviceName.test(name)) return name
  let encoded = ''
  const bytes = Buffer.from(name)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    const char = String.fromCharCode(byte)
    const edgeDot = char === '.' && (i === 0 || i === bytes.length - 1)
    encoded += /[a-z0-9.-]/.test(char) && !edgeDot ? char : percent(byte)
  }
  if (deviceName.test(encoded)) encoded = percent(encoded.charCodeAt(0)) + encoded.slice(1)
  if (encoded.length <= longest) return encoded
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16)
  // A cut through an escape would leave a form that nothing decodes to.
  return `${encoded.slice(0, keptOfLong).replace(/%[0-9a-f]?$/, '')}~${hash}`
}

const percent = (byte: number): string => `%${byte.toString(16).padStart(2, '0')}`

export type DecodedName = { readonly name: string } | { readonly hashed: true } | { readonly invalid: string }

/** The name a file name stands for. `invalid` says how it should be spelled, or why it can't stand for a name. */
export function decodeFileName(fileName: string): DecodedName {
  if (hashedForm.test(fileName)) return { hashed: true }
  let name: string
  try {
    name = decodeURIComponent(fileName)
  } catch {
    return { invalid: `${JSON.stringify(fileName)} is badly percent-encoded` }
  }
  if (name === '' || name.includes('/') || name.includes('\0')) return { invalid: 'it does not stand for a name' }
  const proper = encodeFileName(name)
  return proper === fileName ? { name } : { invalid: `the name must be spelled ${JSON.stringify(proper)}` }
}
