/** The key of an object or, without a name, the prefix of a collection (with its closing slash). */
export function storeKey(group: string, resource: string, namespace: string, name = ''): string {
  return `${group || 'core'}/${resource}/${namespace ? `${namespace}/` : ''}${name}`
}
