import { lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { realDisk } from '../../src/store/file/disk.js'
import { InlineFileWork } from '../../src/store/file/file-work.js'
import { asideFolder, tmpFolder } from '../../src/store/file/layout.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { folder, pizza } from './pizza-files.js'

it('knows a file as it was before it had its name, so that an edit in the same moment is not taken for its own', async () => {
  const root = temporaryFolder()
  const path = `${folder}/a.yaml`
  for (const needed of [tmpFolder, asideFolder, dirname(path)]) mkdirSync(join(root, needed), { recursive: true })
  const link = (from: string, to: string) => {
    realDisk.link(from, to)
    writeFileSync(to, 'by hand')
  }
  const work = new InlineFileWork({ ...realDisk, link }, root)
  const json = Buffer.from(JSON.stringify(pizza('a', { size: 1 })))
  await work.prepare([{ order: 1, path, json, hash: '', handmade: false, completes: false }])
  const [placed] = await work.place([{ order: 1, path, known: [], removes: false, replaces: false }])
  const { size } = lstatSync(join(root, path))
  expect(placed).toMatchObject({ outcome: 'placed', stat: { ino: lstatSync(join(root, path)).ino } })
  expect(placed?.outcome === 'placed' && placed.stat.size).not.toBe(size)
})
