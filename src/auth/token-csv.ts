/** A token as the file names it. */
export interface TokenRecord {
  /** Of the record's first line, from 1. */
  readonly line: number
  readonly token: string
  readonly user: string
  readonly uid: string
  readonly groups: readonly string[]
}

/**
 * Reads upstream's token file (API-SEMANTICS A01): `token,user,uid` and optionally `"group1,group2"`, further columns
 * ignored. Messages name file and line and hold nothing of the content.
 * @throws Error
 */
export function parseTokenCsv(text: string, path: string): TokenRecord[] {
  const records: TokenRecord[] = []
  for (const { line, columns } of readCsv(text, path)) {
    const [token = '', user = '', uid = '', groups = ''] = columns
    const problem = (what: string) => new Error(`token file ${path}, line ${line}: ${what}`)
    if (columns.length < 3) {
      throw problem(`must have at least 3 columns (token, user name, user uid), found ${columns.length}`)
    }
    if (token === '') throw problem('the token is empty')
    if (user === '') throw problem('the user name is empty')
    records.push({
      line,
      token,
      user,
      uid,
      groups: groups
        .split(',')
        .map((g) => g.trim())
        .filter((g) => g !== ''),
    })
  }
  return records
}

/** RFC 4180 as Go's encoding/csv reads it: empty lines skipped, quoted fields may span lines, no stray quotes. */
function* readCsv(text: string, path: string): Generator<{ line: number; columns: string[] }> {
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\n]*))(,|\n|$)/y
  let line = 1
  let position = 0
  while (position < source.length) {
    if (source[position] === '\n') {
      position++
      line++
      continue
    }
    const columns: string[] = []
    const first = line
    for (let separator = ','; separator === ','; ) {
      field.lastIndex = position
      const match = field.exec(source)
      if (!match) throw new Error(`token file ${path}, line ${line}: a quote inside a field, or one that is not closed`)
      const [whole, quoted, plain = '', end = ''] = match
      columns.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
      line += whole.split('\n').length - 1
      position = field.lastIndex
      separator = end
    }
    yield { line: first, columns }
  }
}
