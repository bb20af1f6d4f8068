import { labelErrors, subdomainErrors } from '../meta/names.js'

const prefix = 'system:serviceaccount:'

/** The user name of a service account. */
export function serviceAccountUser(namespace: string, name: string): string {
  return `${prefix}${namespace}:${name}`
}

/** The service account of a user name; undefined when it is none's. */
export function serviceAccountOf(user: string): { namespace: string; name: string } | undefined {
  if (!user.startsWith(prefix)) return undefined
  const [namespace = '', name = '', ...more] = user.slice(prefix.length).split(':')
  if (more.length > 0 || labelErrors(namespace).length > 0 || subdomainErrors(name).length > 0) return undefined
  return { namespace, name }
}

/** Groups every service account of a namespace is in. */
export function serviceAccountGroups(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
}
