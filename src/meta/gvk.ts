/** Names of kinds and resources. The core group is the empty string, as in upstream's schema package. */
export interface GroupVersion {
  readonly group: string
  readonly version: string
}

export interface GroupVersionKind extends GroupVersion {
  readonly kind: string
}

/** A resource as error messages name it: `{ group: 'apps', resource: 'deployments' }`. */
export interface GroupResource {
  readonly group: string
  readonly resource: string
}

/** `v1` or `apps/v1`; undefined when there is more than one slash. */
export function parseApiVersion(apiVersion: string): GroupVersion | undefined {
  const parts = apiVersion.split('/')
  if (parts.length === 1) return { group: '', version: parts[0] ?? '' }
  if (parts.length === 2) return { group: parts[0] ?? '', version: parts[1] ?? '' }
  return undefined
}

export function formatApiVersion(gv: GroupVersion): string {
  return gv.group === '' ? gv.version : `${gv.group}/${gv.version}`
}

/** `pizzas.restaurant.wukong.com`, or `namespaces` in the core group: how messages name a resource. */
export function formatGroupResource(gr: GroupResource): string {
  return gr.group === '' ? gr.resource : `${gr.resource}.${gr.group}`
}

/** `Pizza.restaurant.wukong.com`, or `Namespace` in the core group. */
export function formatGroupKind(gk: { group: string; kind: string }): string {
  return gk.group === '' ? gk.kind : `${gk.kind}.${gk.group}`
}

/** `restaurant.wukong.com/v1, Kind=Pizza`; the core group leaves `/v1, Kind=Namespace`. */
export function formatGroupVersionKind(gvk: GroupVersionKind): string {
  return `${gvk.group}/${gvk.version}, Kind=${gvk.kind}`
}

/** What upstream's messages call its own form of a built-in kind, which has no version: `core.ConfigMap`, `apps.Deployment`. */
export function internalType({ group, kind }: { group: string; kind: string }): string {
  const isEvent = group === 'events.k8s.io' && kind === 'Event'
  return `${isEvent ? 'core' : group.split('.')[0] || 'core'}.${kind}`
}
