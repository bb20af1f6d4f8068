import type { Backend } from '../registry/backend.js'
import type { ServerOptions } from '../server-options.js'
import { installDefinitions } from './crd-files.js'
import { createNamespaces } from './own-objects.js'

/** Makes what has to be there before anything else is judged: namespaces, and the kinds that files define. */
export async function prepareStore(
  { crds, log }: ServerOptions,
  backend: Backend,
  definitions: { settled(): Promise<void> },
): Promise<void> {
  await createNamespaces(backend)
  await installDefinitions(crds, backend, log)
  await definitions.settled()
}
