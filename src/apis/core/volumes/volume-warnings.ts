import { quoteGo } from '../../../meta/go-quote.js'
import { isJsonObject, type JsonObject, type KubeObject } from '../../../meta/object.js'
import type { Volume } from '../pods/pod-spec.js'
import { fractionWarnings } from './fraction-warnings.js'

/** Kinds of volumes that are no more, by the field they stand in. */
const volumeTexts: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
}

/** Where a file of a volume comes from; `from` is '' where there is one source. */
interface Place {
  readonly file: string
  readonly from: string
}

/** Warnings of a pod's volumes, at `path`. */
export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  return [
    ...volumes.flatMap((volume, i) => [
      ...sourceWarnings(volume, `${path}[${i}]`),
      ...claimTemplateWarnings(volume, `${path}[${i}].ephemeral.volumeClaimTemplate.spec`),
    ]),
    ...volumes.flatMap(overlapWarnings),
  ]
}

/** Kinds of volumes among the fields of a volume at `path`. */
export function sourceWarnings(volume: object, path: string): string[] {
  return Object.keys(volume)
    .filter((kind) => Object.hasOwn(volumeTexts, kind))
    .map((kind) => `${path}.${kind === 'storageos' ? 'storageOS' : kind}: ${volumeTexts[kind]}`)
}

const annotationPrefix = 'volume.beta.kubernetes.io/'

/** Annotations that are fields by now. */
export function storageAnnotationWarnings({ metadata }: KubeObject, isVolume = false): string[] {
  const texts = {
    'storage-class': 'deprecated since v1.8; use "storageClassName" attribute instead',
    ...(isVolume ? { 'mount-options': 'deprecated since v1.31; use "mountOptions" attribute instead' } : {}),
  }
  return Object.entries(texts).flatMap(([name, text]) => {
    const key = annotationPrefix + name
    return metadata.annotations?.[key] === undefined ? [] : [`metadata.annotations[${key}]: ${text}`]
  })
}

function claimTemplateWarnings({ ephemeral }: Volume, path: string): string[] {
  const template = isJsonObject(ephemeral) ? ephemeral.volumeClaimTemplate : undefined
  const spec = isJsonObject(template) && isJsonObject(template.spec) ? template.spec : {}
  return claimSpecWarnings(spec, path)
}

/** Of the spec of a claim, at `path`. */
export function claimSpecWarnings({ resources }: JsonObject, path: string): string[] {
  const amounts = (isJsonObject(resources) ? resources : {}) as Record<string, Record<string, string> | undefined>
  return ['requests', 'limits'].flatMap((list) =>
    fractionWarnings(amounts[list] ?? {}, `${path}.resources.${list}`, ['storage']),
  )
}

/** Files of one volume that lie in each other's way. */
function overlapWarnings({ name, configMap, secret, downwardAPI, projected }: Volume): string[] {
  const single = { ConfigMap: configMap, Secret: secret, DownwardAPI: downwardAPI }
  return [
    ...Object.entries(single).flatMap(([kind, source]) =>
      isJsonObject(source) ? overlaps(placesOf(source, ''), name, called(kind, source.name ?? source.secretName)) : [],
    ),
    ...(isJsonObject(projected) ? projectedWarnings(projected, name) : []),
  ]
}

const called = (kind: string, name: unknown) => (name === undefined ? kind : `${kind} ${quoteGo(String(name))}`)

function projectedWarnings(projected: JsonObject, name: string): string[] {
  const sources = Array.isArray(projected.sources) ? projected.sources.filter(isJsonObject) : []
  const empty = sources.filter((source) => Object.keys(source).length === 0)
  const places = sources.flatMap(({ configMap, secret, downwardAPI, serviceAccountToken: token }) => {
    const [kind, source] = Object.entries({ ConfigMap: configMap, Secret: secret, DownwardAPI: downwardAPI }).find(
      ([, one]) => isJsonObject(one) && one.items !== undefined,
    ) ?? ['', undefined]
    if (isJsonObject(source)) return placesOf(source, called(kind, source.name))
    return isJsonObject(token) ? [{ file: String(token.path ?? ''), from: 'ServiceAccountToken' }] : []
  })
  return [
    ...empty.map(() => `volume ${quoteGo(name)} (Projected) has no sources provided`),
    ...overlaps(places, name, 'Projected'),
  ]
}

function placesOf({ items }: JsonObject, from: string): Place[] {
  return (Array.isArray(items) ? items.filter(isJsonObject) : []).map(({ path }) => ({
    file: String(path ?? ''),
    from,
  }))
}

/** Each is compared with each; so many make more warnings than a client is sent. */
const mostCompared = 1000

function overlaps(places: readonly Place[], volume: string, what: string): string[] {
  const trimmed = places.slice(0, mostCompared).map(({ file, from }) => ({ file: file.replace(/\/+$/, ''), from }))
  const shown = ({ file, from }: Place) => quoteGo(file) + (from === '' ? '' : ` (${from})`)
  return trimmed.flatMap((place, i) =>
    trimmed
      .slice(0, i)
      .filter(
        ({ file }) => place.file !== '' && file !== '' && (isWithin(file, place.file) || isWithin(place.file, file)),
      )
      .map((other) => `volume ${quoteGo(volume)} (${what}): overlapping paths: ${shown(place)} with ${shown(other)}`),
  )
}

const isWithin = (file: string, folder: string) => `${file}/`.startsWith(`${folder}/`)
