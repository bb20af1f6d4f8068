import { parseJson } from '../codec/json.js'
import { parseYaml } from '../codec/yaml.js'
import { errors } from '../meta/status.js'
import type { Call } from './call.js'
import { mediaType } from './decode-body.js'
import { readBody } from './read-body.js'

/** A body of whatever kind: JSON and YAML as what they say, all else as its bytes. @throws StatusError BadRequest */
export async function readAnyBody(call: Pick<Call, 'request' | 'audit'>): Promise<unknown> {
  const bytes = await readBody(call)
  if (bytes.length === 0) return undefined
  const type = mediaType(call.request.headers['content-type']) || 'application/json'
  try {
    if (type === 'application/json') return parseJson(bytes)
    return type === 'application/yaml' ? parseYaml(bytes.toString()) : bytes
  } catch (error) {
    throw errors.badRequest(`the body can't be read: ${(error as Error).message}`)
  }
}
