import { readFileSync } from 'node:fs'

/** The text of a file of src/apis/data; the build puts them beside the built code. */
export function readDataFile(name: string): string {
  return readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')
}

/** One JSON value a line. */
export function readDataLines(name: string): unknown[] {
  return readDataFile(name)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
