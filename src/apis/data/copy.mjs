// Part of `npm run build`: the data files go where the built code looks for them, beside it.
import { cpSync } from 'node:fs'
import { basename, join } from 'node:path'

const here = import.meta.dirname
const isPublished = (path) => basename(path) !== 'generate' && !path.endsWith('.mjs')
cpSync(here, join(here, '../../../dist/src/apis/data'), { recursive: true, filter: isPublished })
