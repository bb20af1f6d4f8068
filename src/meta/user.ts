/** Who sends a request, as authentication found out (upstream's user.Info). */
export interface UserInfo {
  readonly name: string
  readonly uid?: string
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>>
}

export const groupAuthenticated = 'system:authenticated'
export const groupUnauthenticated = 'system:unauthenticated'
/** Members may do everything, in every authorization mode (API-SEMANTICS A20). */
export const groupMasters = 'system:masters'

export const anonymousUser: UserInfo = { name: 'system:anonymous', groups: [groupUnauthenticated] }
