import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'
import { parseYaml, stringifyYaml } from './yaml.js'
import { YamlTextEdit } from './yaml-text-edit.js'

/**
 * Turns a text that somebody wrote into one that says `next`, by changing only the lines that must change: comments,
 * order, quotes, indentation and everything else stay byte for byte. Where that can't be done (the text is no map, its
 * anchors are in the way) the answer is the text `stringifyYaml` makes. Slow; its library is loaded when first needed.
 */
export async function editYaml(text: string, next: JsonObject): Promise<string> {
  try {
    const edited = await edit(text, next)
    if (edited !== undefined && says(edited, next)) return edited
  } catch {
    // Text that is no YAML for one of the two readers; what is written anew is.
  }
  return stringifyYaml(next)
}

async function edit(text: string, next: JsonObject): Promise<string | undefined> {
  const { value } = parseYaml(text)
  if (!isJsonObject(value)) return undefined
  if (jsonEquals(value, next)) return text
  const { parseDocument } = await import('yaml')
  // Values are compared as parseYaml reads them; of this reader only the places are taken.
  const options = { keepSourceTokens: true, uniqueKeys: false, schema: 'failsafe', resolveKnownTags: false } as const
  const { contents, errors } = parseDocument(text, options)
  return errors.length > 0 ? undefined : new YamlTextEdit(text).result(contents, value, next)
}

function says(text: string, wanted: JsonObject): boolean {
  const { value, duplicates } = parseYaml(text)
  return duplicates.length === 0 && jsonEquals(value, wanted)
}
