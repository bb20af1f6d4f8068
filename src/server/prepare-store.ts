import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { installDefinitions } from './crd-files.js'
import { createNamespaces } from './own-objects.js'

/**
 * What makes, once, what has to be there before anything else is judged: namespaces, and the kinds that files define.
 * It resolves when all definitions are served.
 */
export function preparesStore(
  { crds, log }: ServerOptions,
  backend: Backend,
  definitions: { settled(): Promise<void> },
): () => Promise<void> {
  let prepared: Promise<void> | undefined
  const prepare = async () => {
    await createNamespaces(backend)
    await installDefinitions(crds, backend, log)
  }
  return async () => {
    prepared ??= prepare()
    await prepared
    await definitions.settled()
  }
}
