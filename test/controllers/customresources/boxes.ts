import type { KubeObject } from '../../../src/meta/object.js'
import type { ReviewRequest } from '../../support/webhook-server.js'

const objectsOf = (request: ReviewRequest) => request.objects as KubeObject[]

/** v1 has `size`, v2 has `height` and `width`. */
function converted(object: KubeObject, apiVersion: string): KubeObject {
  const spec = object.spec as { size?: string; height?: string; width?: string; count?: number }
  const [height, width] = (spec.size ?? '').split('x')
  const own = apiVersion.endsWith('v1') ? { size: `${spec.height}x${spec.width}`, lost: 'x' } : { height, width }
  const next = { ...own, ...(spec.count === undefined ? {} : { count: spec.count }) }
  return { ...object, apiVersion, spec: next }
}

export function convertAll(request: ReviewRequest) {
  return success(objectsOf(request).map((object) => converted(object, String(request.desiredAPIVersion))))
}

export const by = 'conversion webhook for conv.io/v1, Kind=Box'
const success = (convertedObjects: unknown[]) => ({ response: { convertedObjects, result: { status: 'Success' } } })
const changed = (request: ReviewRequest, change: (object: KubeObject) => KubeObject) =>
  success(objectsOf(request).map((object) => change(converted(object, 'conv.io/v2'))))
const withMetadata = (object: KubeObject, more: object) => ({ ...object, metadata: { ...object.metadata, ...more } })

/** What a webhook may answer, by what is wrong with it, and what the request that needed it is told. */
export const wrongAnswers: readonly [string, (request: ReviewRequest) => object, string][] = [
  ['a failure', () => ({ response: { result: { status: 'Failed', message: 'no way' } } }), `${by} failed: no way`],
  ['no result', () => ({ response: {} }), `${by} failed: response.result.status was '', not 'Success'`],
  ['too few objects', () => success([]), `${by} returned 0 objects, expected 1`],
  [
    'another version',
    (request) => success(objectsOf(request)),
    `${by} returned invalid object at index 0: invalid groupVersion (expected conv.io/v2, received conv.io/v1)`,
  ],
  [
    'another kind',
    (request) => changed(request, (object) => ({ ...object, kind: 'Ball' })),
    `${by} returned invalid object at index 0: invalid kind (expected Box, received Ball)`,
  ],
  ['no kind', () => success([{}]), "Object 'Kind' is missing in '{}'"],
  ['null', () => success([null]), 'unexpected end of JSON input'],
  ['no object', () => success(['x']), 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
  [
    'another name',
    (request) => changed(request, (object) => ({ ...object, metadata: { ...object.metadata, name: 'z' } })),
    `${by} returned invalid object: must have the same name: bad != z`,
  ],
  [
    'no metadata',
    (request) => changed(request, ({ metadata: _, ...object }) => object as KubeObject),
    `${by} returned invalid object: must have the same name: bad != `,
  ],
  [
    'labels that are no texts',
    (request) => changed(request, (object) => withMetadata(object, { labels: { a: 1 } })),
    `${by} returned invalid metadata: metadata.labels[a] must be a string, but is int64 in converted object`,
  ],
  [
    'labels that are none',
    (request) => changed(request, (object) => withMetadata(object, { labels: { '!': '' } })),
    `${by} returned invalid metadata: metadata.labels: Invalid value: "!": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
  ],
  [
    'annotations of another type',
    (request) => changed(request, (object) => withMetadata(object, { annotations: 'x' })),
    `${by} returned invalid metadata: invalid metadata.annotations of type string in converted object`,
  ],
  [
    'no review',
    () => ({ raw: { kind: 'X' } }),
    `${by} failed: no kind "X" is registered for version "apiextensions.k8s.io/v1" in scheme "pkg/runtime/scheme.go:111"`,
  ],
  [
    'a review of another version',
    () => ({ raw: { kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1beta1' } }),
    `${by} failed: converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion`,
  ],
  [
    'a review without a kind',
    () => ({ raw: { response: {} } }),
    `${by} failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got /, Kind=`,
  ],
  [
    'objects that are no list',
    () => ({ response: { convertedObjects: {} } }),
    `${by} failed: json: cannot unmarshal object into Go struct field ConversionResponse.response.convertedObjects of type []runtime.RawExtension`,
  ],
  [
    'an error',
    () => ({ status: 500, raw: 'oops' }),
    `${by} failed: an error on the server ("unknown") has prevented the request from succeeding`,
  ],
]
