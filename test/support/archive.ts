import { gunzipSync, inflateRawSync } from 'node:zlib'

/** One file out of a .tgz; undefined when it isn't in there. Long names are not looked for: npm packs none. */
export function fileOfTarball(tarball: Buffer, path: string): Buffer | undefined {
  const tar = gunzipSync(tarball)
  for (let at = 0; at + 512 <= tar.length; ) {
    const name = cString(tar.subarray(at, at + 100))
    const prefix = cString(tar.subarray(at + 345, at + 500))
    const size = Number.parseInt(cString(tar.subarray(at + 124, at + 136)), 8) || 0
    if ((prefix ? `${prefix}/${name}` : name) === path) return tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  return undefined
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end).trim()
}

/** One file out of a .zip (stored or deflated, below 4 GB), found through the directory at its end. */
export function fileOfZip(zip: Buffer, path: string): Buffer | undefined {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error('not a zip file')
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  for (let i = 0; i < count; i++) {
    const nameLength = zip.readUInt16LE(at + 28)
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === path) return unpack(zip, at)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return undefined
}

function unpack(zip: Buffer, entry: number): Buffer {
  const method = zip.readUInt16LE(entry + 10)
  const size = zip.readUInt32LE(entry + 20)
  const header = zip.readUInt32LE(entry + 42)
  const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28)
  const bytes = zip.subarray(start, start + size)
  if (method === 0) return bytes
  if (method === 8) return inflateRawSync(bytes)
  throw new Error(`zip compression ${method} is not known here`)
}
