import { parseJson } from '../codec/json.js'
import { formatApiVersion } from '../meta/gvk.js'
import { isJsonObject, type JsonObject } from '../meta/object.js'

/** What one answer may name; more is no list of resources. */
const maxResources = 5_000

/**
 * An APIResourceList as aggregated discovery tells it (API-SEMANTICS D04, D21). Undefined for anything else: it comes from
 * a server that may answer what it likes, so nothing of it is taken that has not the right type.
 */
export function aggregatedResources(body: Buffer, group: string, version: string): JsonObject[] | undefined {
  const list = parsed(body)
  if (!isJsonObject(list) || list.groupVersion !== formatApiVersion({ group, version })) return undefined
  if (!Array.isArray(list.resources) || list.resources.length > maxResources) return undefined
  const resources = new Map<string, JsonObject & { subresources?: JsonObject[] }>()
  const entries = list.resources.filter(isEntry)
  for (const entry of entries) {
    if (!entry.name.includes('/')) resources.set(entry.name, resource(entry))
  }
  for (const entry of entries) {
    const slash = entry.name.indexOf('/')
    const owner = slash < 0 ? undefined : resources.get(entry.name.slice(0, slash))
    if (!owner) continue
    owner.subresources ??= []
    owner.subresources.push({
      subresource: entry.name.slice(slash + 1),
      responseKind: kindOf(entry),
      verbs: texts(entry.verbs),
    })
  }
  return [...resources.values()]
}

function parsed(body: Buffer): unknown {
  try {
    return parseJson(body)
  } catch {
    return undefined
  }
}

type Entry = JsonObject & { readonly name: string; readonly kind: string }

function isEntry(value: unknown): value is Entry {
  return isJsonObject(value) && typeof value.name === 'string' && value.name !== '' && typeof value.kind === 'string'
}

function resource(entry: Entry): JsonObject {
  const { name, namespaced, singularName, shortNames, categories } = entry
  return {
    resource: name,
    responseKind: kindOf(entry),
    scope: namespaced === true ? 'Namespaced' : 'Cluster',
    singularResource: typeof singularName === 'string' ? singularName : '',
    verbs: texts(entry.verbs),
    ...(texts(shortNames).length > 0 ? { shortNames: texts(shortNames) } : {}),
    ...(texts(categories).length > 0 ? { categories: texts(categories) } : {}),
  }
}

/** Group and version only where they are not those of the list. */
function kindOf({ group, version, kind }: Entry): JsonObject {
  const own = { group: typeof group === 'string' ? group : '', version: typeof version === 'string' ? version : '' }
  return { ...own, kind }
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
