import { parseYaml, YamlError } from '../codec/yaml.js'
import { lineOfField } from '../codec/yaml-line.js'
import { parseApiVersion } from '../meta/gvk.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../meta/object.js'
import type { FileTarget } from '../store/file-change.js'
import type { Backend } from './backend.js'
import { dropUnknown } from './decode-object.js'
import type { Resource } from './resource.js'

/** A file's text is not taken; `waiting` when something is missing that may still come. */
export class Refusal extends Error {
  constructor(
    readonly outcome: 'refused' | 'waiting',
    message: string,
    readonly line?: number,
  ) {
    super(message)
  }
}

/** The resource a path stands for, in its storage version. @throws Refusal */
export function resourceOfFile(backend: Backend, { group, resource, namespace }: FileTarget): Resource {
  const found = backend.registry.stored(group, resource)
  if (!found) throw new Refusal('waiting', `no resource ${resource} is served in group ${JSON.stringify(group)}`)
  if (found.namespaced && namespace === '') {
    throw new Refusal('refused', `${resource} are namespaced: the file belongs into a folder with a namespace's name`)
  }
  if (!found.namespaced && namespace !== '') {
    throw new Refusal('refused', `${resource} are cluster-scoped: the file belongs into the folder ${resource} itself`)
  }
  return found
}

/**
 * A text as an object of a served version of the kind its folder is for, named as its path says. Unknown fields are
 * refused, not dropped. @throws Refusal, StatusError for metadata of the wrong types
 */
export async function objectOfFile(
  backend: Backend,
  stored: Resource,
  target: FileTarget,
  text: string,
): Promise<{ resource: Resource; object: KubeObject; name: string }> {
  const value = parseManifest(text)
  const resource = versionOf(backend, stored, value)
  const { problems } = dropUnknown(resource, value)
  if (problems.length > 0) {
    const [first = ''] = problems
    throw new Refusal('refused', problems.join(', '), await lineOfField(text, /"(.*)"/.exec(first)?.[1] ?? ''))
  }
  const object = value as KubeObject
  return { resource, object, name: nameIn(resource, object, target) }
}

/** A version that is not served may still be: its definition may come later. */
function versionOf(backend: Backend, stored: Resource, { apiVersion, kind }: JsonObject): Resource {
  const { group, version } = (typeof apiVersion === 'string' ? parseApiVersion(apiVersion) : undefined) ?? {}
  const { definition } = stored
  const isServing = definition.versions.some((served) => (served.group ?? definition.group) === group)
  if (group === undefined || !version || !isServing || kind !== stored.kind) {
    throw new Refusal(
      'refused',
      `this folder holds ${stored.apiVersion} ${stored.kind}, the file ${apiVersion} ${kind}`,
    )
  }
  const resource = backend.registry.resource(group, version, stored.plural)
  if (!resource) throw new Refusal('waiting', `${stored.kind} is not served in version ${version}`)
  return resource
}

function parseManifest(text: string): JsonObject {
  try {
    const { value, duplicates } = parseYaml(text)
    const [duplicate] = duplicates
    if (duplicate) throw new Refusal('refused', `key ${JSON.stringify(duplicate.key)} is there twice`, duplicate.line)
    if (!isJsonObject(value)) throw new Refusal('refused', 'the file holds no object', 1)
    return value
  } catch (error) {
    if (error instanceof YamlError) throw new Refusal('refused', error.message, error.line)
    throw error
  }
}

/** Name and namespace are those of the path, or left out (STORE 26, 28); they are put in. */
function nameIn(resource: Resource, { metadata }: KubeObject, target: FileTarget): string {
  const name = metadata.name ?? target.name
  if (!name) throw new Refusal('refused', 'metadata.name is missing')
  if (target.name !== undefined && name !== target.name) {
    throw new Refusal('refused', `metadata.name ${JSON.stringify(name)} does not fit the file's name`)
  }
  const { namespace = target.namespace } = metadata
  if (namespace !== target.namespace) {
    throw new Refusal('refused', `metadata.namespace ${JSON.stringify(namespace)} does not fit the file's folder`)
  }
  metadata.name = name
  if (resource.namespaced) metadata.namespace = namespace
  return name
}
