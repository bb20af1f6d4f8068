import type { KubeObject } from '../../meta/object.js'

const shortNames: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
}

/** `RWO,ROX`, in upstream's order. */
export function shortAccessModes(modes: readonly string[]): string {
  return Object.entries(shortNames)
    .filter(([mode]) => modes.includes(mode))
    .map(([, short]) => short)
    .join(',')
}

/** The class, also where the annotation that was before the field names it. */
export function storageClassOf({ metadata, spec }: KubeObject): string {
  const { storageClassName = '' } = (spec ?? {}) as { storageClassName?: string }
  return metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? storageClassName
}
