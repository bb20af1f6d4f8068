import { fieldError } from '../../meta/field-error.js'
import { formatApiVersion, parseApiVersion } from '../../meta/gvk.js'
import type { KubeObject } from '../../meta/object.js'
import { errors } from '../../meta/status.js'
import type { ComputedVerbs } from '../../registry/computed-verbs.js'
import { serviceAccountUser } from '../service-account-name.js'
import type { CoreLookup, ServiceAccountClaims } from './service-account-tokens.js'
import type { SignedTokens } from './signed-tokens.js'

interface TokenRequestSpec {
  readonly audiences?: readonly string[] | null
  readonly expirationSeconds?: number | bigint
  readonly boundObjectRef?: {
    readonly kind?: string
    readonly apiVersion?: string
    readonly name?: string
    readonly uid?: string
  } | null
}

const kind = { group: 'authentication.k8s.io', kind: 'TokenRequest' }
const shortest = 600
const longest = 2 ** 32

/** `serviceaccounts/<name>/token`: a token for a service account (API-SEMANTICS U06). */
export function tokenRequests(
  tokens: SignedTokens,
  audiences: readonly string[],
  lookup: CoreLookup,
  now: () => Date,
): ComputedVerbs {
  return {
    async create({ namespace, name }, request) {
      const given = request.metadata.name
      if (given && given !== name) {
        const why = 'must match the service account name if specified'
        throw errors.invalid(kind, name, [fieldError.invalid('metadata.name', given, why)])
      }
      const account = await lookup('serviceaccounts', namespace, name)
      if (!account) throw errors.notFound({ group: '', resource: 'serviceaccounts' }, name)
      const uid = account.metadata.uid ?? ''
      checkUid(request, name, uid)
      const spec = { ...(request.spec ?? {}) } as TokenRequestSpec
      const duration = Number(spec.expirationSeconds ?? 3600)
      checkDuration(duration)
      const bound = await boundObjects(spec, namespace, name, lookup)
      const wanted = spec.audiences?.length ? spec.audiences : audiences
      const claims: ServiceAccountClaims = { namespace, serviceaccount: { name, uid }, ...bound }
      const began = now()
      const { token } = await tokens.sign(
        {
          subject: serviceAccountUser(namespace, name),
          audiences: wanted,
          duration,
          claims: { 'kubernetes.io': claims },
        },
        began,
      )
      return {
        ...request,
        metadata: { ...request.metadata, name, namespace, uid, creationTimestamp: timestamp(began) },
        spec: { audiences: wanted, expirationSeconds: duration, boundObjectRef: spec.boundObjectRef ?? null },
        status: { token, expirationTimestamp: timestamp(new Date(began.getTime() + duration * 1000)) },
      }
    },
  }
}

const timestamp = (date: Date) => `${date.toISOString().slice(0, 19)}Z`

function checkUid({ metadata }: KubeObject, name: string, uid: string): void {
  if (!metadata.uid || metadata.uid === uid) return
  throw errors.conflict(
    { group: kind.group, resource: kind.kind },
    name,
    `the UID in the token request (${metadata.uid}) does not match the UID of the service account (${uid})`,
  )
}

function checkDuration(seconds: number): void {
  const why =
    seconds < shortest
      ? 'may not specify a duration less than 10 minutes'
      : seconds > longest
        ? 'may not specify a duration larger than 2^32 seconds'
        : undefined
  if (why) throw errors.invalid(kind, '', [fieldError.invalid('spec.expirationSeconds', seconds, why)])
}

const boundKinds: Readonly<Record<string, { plural: string; claim: 'pod' | 'secret' | 'node' }>> = {
  'v1 Pod': { plural: 'pods', claim: 'pod' },
  'v1 Secret': { plural: 'secrets', claim: 'secret' },
  'v1 Node': { plural: 'nodes', claim: 'node' },
}

/** What the token ends with, and of a pod the node it runs on. */
async function boundObjects(
  { boundObjectRef }: TokenRequestSpec,
  namespace: string,
  account: string,
  lookup: CoreLookup,
): Promise<Pick<ServiceAccountClaims, 'pod' | 'secret' | 'node'>> {
  if (!boundObjectRef) return {}
  const { kind: what = '', apiVersion = '', name = '', uid } = boundObjectRef
  const known = boundKinds[`${apiVersion} ${what}`]
  if (!known) throw errors.badRequest(`cannot bind token to object of type ${typeText(apiVersion, what)}`)
  const object = await lookup(known.plural, known.claim === 'node' ? '' : namespace, name)
  if (!object) throw errors.notFound({ group: '', resource: known.plural }, name)
  if (known.claim === 'pod') checkPod(object, account)
  const found = object.metadata.uid ?? ''
  if (uid && uid !== found) {
    const why =
      `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
      'The object might have been deleted and then recreated'
    throw errors.conflict({ group: '', resource: what }, name, why)
  }
  const claims = { [known.claim]: { name, uid: found } }
  const { nodeName } = (object.spec ?? {}) as { nodeName?: string }
  if (known.claim !== 'pod' || !nodeName) return claims
  const node = await lookup('nodes', '', nodeName)
  return { ...claims, node: { name: nodeName, uid: node?.metadata.uid ?? '' } }
}

function checkPod({ spec }: KubeObject, account: string): void {
  if ((spec as { serviceAccountName?: string } | undefined)?.serviceAccountName === account) return
  throw errors.badRequest(
    `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
  )
}

/** As upstream prints a GroupVersionKind: `apps/v1, Kind=Deployment`. */
function typeText(apiVersion: string, what: string): string {
  const gv = parseApiVersion(apiVersion)
  const version = gv?.group === '' ? `/${gv.version}` : gv ? formatApiVersion(gv) : apiVersion
  return `${version}, Kind=${what}`
}
