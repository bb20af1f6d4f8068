import { stringifyJson } from '../codec/json.js'
import { pathSegments } from '../meta/request-info.js'
import { errors } from '../meta/status.js'
import { acceptedForm, parseAccept } from './accept.js'
import type { Answer, Call } from './call.js'
import {
  aggregatedDiscovery,
  coreVersions,
  type DiscoverySource,
  type DiscoveryVersion,
  etag,
  groupDocument,
  groupList,
  groupsInOrder,
  resourceList,
} from './discovery.js'
import { encodeValue, wantsPretty } from './encode.js'
import { pageNotFound } from './plain-text.js'

/** Serves `/api`, `/apis` and what lies below down to a group version (API-SEMANTICS 1.1, 1.2). */
export class DiscoveryHandler {
  /** Aggregated documents and their tags, made anew when something else is served. */
  private readonly aggregated = new Map<string, { document: object; tag: string }>()

  constructor(private readonly source: DiscoverySource) {
    source.registry.onChange(() => this.aggregated.clear())
    source.aggregation.onChange(() => this.aggregated.clear())
  }

  handle(call: Call): Answer {
    if (call.info.verb !== 'get') throw errors.methodNotAllowed()
    const segments = pathSegments(call.info.path)
    const [root, first, second] = segments
    if (segments.length === 1) return this.root(call, root === 'api')
    const groupName = root === 'api' ? '' : (first ?? '')
    const version = root === 'api' ? first : second
    if (version === undefined) {
      const told = groupsInOrder(this.source).find(({ name }) => name === groupName)
      return told ? plain(call, groupDocument(told)) : pageNotFound()
    }
    const group = this.source.registry.group(groupName)
    if (!group?.versions.includes(version)) {
      if (group?.builtin) throw errors.unknownPath()
      return pageNotFound()
    }
    return plain(call, resourceList(group, version))
  }

  private root(call: Call, core: boolean): Answer {
    const version = aggregatedVersion(call.request.headers.accept)
    if (!version) {
      const { ':authority': authority, host = '' } = call.request.headers
      const address = typeof authority === 'string' ? authority : host
      return plain(call, core ? coreVersions(this.source.registry, address) : groupList(groupsInOrder(this.source)))
    }
    const key = `${core}/${version}`
    let known = this.aggregated.get(key)
    if (!known) {
      const document = aggregatedDiscovery(this.source, core, version)
      known = { document, tag: etag(document) }
      this.aggregated.set(key, known)
    }
    const headers = { ETag: known.tag, Vary: 'Accept', 'Cache-Control': 'public' }
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
    if (call.request.headers['if-none-match'] === known.tag) return { code: 304, type, body: '', headers }
    return { code: 200, type, body: stringifyJson(known.document), headers }
  }
}

/** The aggregated form, if the client names it before plain JSON (D20, D23, D24). */
function aggregatedVersion(accept: string | undefined): DiscoveryVersion | undefined {
  for (const { type, parameters } of parseAccept(accept ?? '')) {
    if (type !== 'application/json') continue
    if (parameters.get('as') === undefined) return undefined
    const version = parameters.get('v')
    const asked = parameters.get('g') === 'apidiscovery.k8s.io' && parameters.get('as') === 'APIGroupDiscoveryList'
    if (asked && (version === 'v2' || version === 'v2beta1')) return version
  }
  return undefined
}

function plain(call: Call, document: object): Answer {
  const { accept, 'user-agent': userAgent } = call.request.headers
  return encodeValue(document, 200, acceptedForm(accept, {}), wantsPretty(call.query, userAgent))
}
