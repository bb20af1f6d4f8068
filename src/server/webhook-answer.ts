import { JsonError, parseJson } from '../codec/json.js'
import { typeMetaProblem } from '../codec/typed/type-meta.js'
import { parseYaml } from '../codec/yaml.js'
import { quoteGo } from '../meta/go-quote.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'

/** The webhook answered, but not what was asked for. */
export class Answered extends Error {}

/** How much of an answer that is no object is told. */
const toldBytes = 2048

/**
 * What client-go makes of an answer: JSON or YAML, whatever its media type says; kind and apiVersion, where they are, are
 * texts. @throws Answered with client-go's words
 */
export function readAnswer(code: number, contentType: string | undefined, text: string): JsonObject {
  if (code < 200 || code > 206) throw new Answered(refusalText(code, contentType, text))
  if (text === '')
    throw new Answered(`0-length response with status code: ${code} and content type: ${contentType ?? ''}`)
  const unreadable = (why: string) => new Answered(`couldn't get version/kind; json parse error: ${why}`)
  let value: unknown
  try {
    value = decode(text) ?? {}
  } catch (error) {
    throw error instanceof JsonError ? unreadable(error.message) : new Answered((error as Error).message)
  }
  const problem = typeMetaProblem(value)
  if (problem !== undefined || !isJsonObject(value)) throw unreadable(`${problem}`)
  return value
}

function decode(text: string): unknown {
  return /^\s*\{/.test(text) ? parseJson(text) : parseYaml(text).value
}

/** A Status that says what is wrong is told as it is; of anything else the code is told, of texts what they say. */
function refusalText(code: number, contentType: string | undefined, text: string): string {
  const status = asFailure(text)
  if (status) return String(status.message ?? '')
  const isText = contentType === undefined || contentType === '' || contentType.startsWith('text/')
  const said = isText ? Buffer.from(text).subarray(0, toldBytes).toString().trim() : 'unknown'
  if (code === 403 || code === 415) return said
  if (code === 406 && said !== '' && said !== 'unknown') return said
  const known = codeTexts.get(code)
  if (known !== undefined) return known
  if (code >= 500) return `an error on the server (${quoteGo(said)}) has prevented the request from succeeding`
  return `the server responded with the status code ${code} but did not return more information`
}

function asFailure(text: string): JsonObject | undefined {
  try {
    const value = decode(text)
    if (!isJsonObject(value) || value.kind !== 'Status' || value.apiVersion !== 'v1') return undefined
    return value.status === 'Failure' ? value : undefined
  } catch {
    return undefined
  }
}

const codeTexts: ReadonlyMap<number, string> = new Map([
  [400, 'the server rejected our request for an unknown reason'],
  [401, 'the server has asked for the client to provide credentials'],
  [404, 'the server could not find the requested resource'],
  [405, 'the server does not allow this method on the requested resource'],
  [406, 'the server was unable to respond with a content type that the client supports'],
  [409, 'the server reported a conflict'],
  [422, 'the server rejected our request due to an error in our request'],
  [429, 'the server has received too many requests and has asked us to try again later'],
  [503, 'the server is currently unable to handle the request'],
  [504, 'the server was unable to return a response in the time allotted, but may still be processing the request'],
])
