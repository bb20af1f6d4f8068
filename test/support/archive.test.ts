import { deflateRawSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { fileOfTarball, fileOfZip } from './archive.js'

const content = Buffer.from('content '.repeat(100))

/** A header block, the content, and padding to whole blocks. */
function tarEntry(name: string, bytes: Buffer): Buffer {
  const header = Buffer.alloc(512)
  header.write(name, 0)
  header.write(bytes.length.toString(8).padStart(11, '0'), 124)
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)])
}

function zipOf(name: string, bytes: Buffer): Buffer {
  const packed = deflateRawSync(bytes)
  const local = Buffer.alloc(30)
  local.writeUInt16LE(name.length, 26)
  const entry = Buffer.alloc(46)
  entry.writeUInt16LE(8, 10)
  entry.writeUInt32LE(packed.length, 20)
  entry.writeUInt16LE(name.length, 28)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 0, 'latin1')
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(local.length + name.length + packed.length, 16)
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end])
}

it('takes a file out of a tarball', () => {
  const tarball = gzipSync(Buffer.concat([tarEntry('a/b', Buffer.from('other')), tarEntry('a/c', content)]))
  expect(fileOfTarball(tarball, 'a/c')).toEqual(content)
  expect(fileOfTarball(tarball, 'a/d')).toBeUndefined()
})

it('takes a file out of a zip', () => {
  const zip = zipOf('a/c', content)
  expect(fileOfZip(zip, 'a/c')).toEqual(content)
  expect(fileOfZip(zip, 'a/d')).toBeUndefined()
  expect(() => fileOfZip(content, 'a/c')).toThrow('not a zip file')
})
