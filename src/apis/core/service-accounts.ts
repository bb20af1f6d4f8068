import type { JsonObject, KubeObject } from '../../meta/object.js'
import type { BuiltinKind } from '../builtin-kind.js'
import { age } from '../cells.js'

const mountableSecrets = 'kubernetes.io/enforce-mountable-secrets'

/** core/v1 ServiceAccount. */
export const serviceAccounts: BuiltinKind = {
  strategy: {
    prepareForCreate: nameSecretsOnly,
    prepareForUpdate: nameSecretsOnly,
    warnings: ({ metadata }) =>
      Object.hasOwn(metadata.annotations ?? {}, mountableSecrets)
        ? [
            `metadata.annotations[${mountableSecrets}]: deprecated in v1.32+; prefer separate namespaces to isolate access ` +
              'to mounted secrets',
          ]
        : [],
  },
  cells: { Age: age },
}

/** Of the secrets named in it only the names are kept. */
function nameSecretsOnly(account: KubeObject): void {
  if (!Array.isArray(account.secrets)) return
  account.secrets = account.secrets.map(({ name }: JsonObject) => (name === undefined ? {} : { name }))
}
