import { readDataFile } from './data-file.js'

type Describe = (type: string, field?: string) => string | undefined

/** Half a megabyte that is wanted for a moment, many times over: kept until memory is needed for something else. */
let known: WeakRef<Describe> | undefined

/**
 * What is said of a type (`core.v1.PodSpec`) or of one of its fields, for people; undefined where nothing is. The text is
 * Kubernetes' own; the build takes it from the typings of a published client, so that without a build there is none.
 */
export function readDescriptions(): Describe {
  const kept = known?.deref()
  if (kept) return kept
  const describe = describeBy(`\n${readText()}`)
  known = new WeakRef(describe)
  return describe
}

function describeBy(text: string): Describe {
  const types = new Map<string, ReadonlyMap<string, string>>()
  return (type, field = '') => {
    let fields = types.get(type)
    if (!fields) {
      fields = fieldsOf(text, type)
      types.set(type, fields)
    }
    return fields.get(field)
  }
}

function readText(): string {
  try {
    return readDataFile('descriptions.txt')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** A line a type, and below it, one blank to the right, one a field; a tab before the text, which is a JSON string. */
function fieldsOf(text: string, type: string): ReadonlyMap<string, string> {
  const start = text.indexOf(`\n${type}\t`)
  const fields = new Map<string, string>()
  for (let at = start + 1; start >= 0 && at < text.length; ) {
    const end = text.indexOf('\n', at)
    const line = text.slice(at, end < 0 ? text.length : end)
    const tab = line.indexOf('\t')
    if (tab < 0 || (fields.size > 0 && !line.startsWith(' '))) break
    const said = JSON.parse(line.slice(tab + 1)) as string
    fields.set(line.startsWith(' ') ? line.slice(1, tab) : '', said)
    at = end < 0 ? text.length : end + 1
  }
  return fields
}
