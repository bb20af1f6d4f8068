import type { UserInfo } from '../meta/user.js'
import type { ResourceDefinition } from './definition.js'
import type { StreamedAnswer } from './streamed-answer.js'

/** An API group as a module says it is. */
export interface GroupDefinition {
  readonly group: string
  readonly resources: readonly ResourceDefinition[]
  /**
   * Where the group stands among others, as an APIService's groupPriorityMinimum says it: the higher comes first in
   * discovery, and has a short name that others have too. 1 to 19,999; default 1,000, as for groups of
   * CustomResourceDefinitions. Kubernetes' own groups are above 15,000.
   */
  readonly groupPriority?: number
  /** The same of its versions, by name; 1 to 999, default 100. Among equals Kubernetes' order of version names decides. */
  readonly versionPriority?: Readonly<Record<string, number>>
  /**
   * Paths below a version that are no resources: `{ v1: { healthz: … } }` is `/apis/<group>/v1/healthz` and what lies
   * below it. They are authorised as a resource of that name would be.
   */
  readonly routes?: Readonly<Record<string, GroupRoutes>>
}

/** Plain paths below a group version, by their first segment. */
export type GroupRoutes = Readonly<Record<string, (call: RouteCall) => RouteAnswer | Promise<RouteAnswer>>>

/** A text is answered as it is, an object as JSON. What is thrown is answered: a StatusError as it is. */
export type RouteAnswer = string | object | StreamedAnswer

/** One request to such a path. */
export interface RouteCall {
  readonly method: string
  /** Path segments behind the route's own. */
  readonly rest: readonly string[]
  readonly query: URLSearchParams
  readonly user: UserInfo
  /** The request's body, decoded by its content type; undefined when there is none. */
  readonly body: unknown
  /** Aborts when the caller has gone, or the time is up. */
  readonly signal: AbortSignal
}
