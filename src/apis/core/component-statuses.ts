import { errors } from '../../meta/status.js'
import type { BuiltinKind } from '../builtin-kind.js'

/** core/v1 ComponentStatus, deprecated: there are no components beside this server to tell of. */
export const componentStatuses: BuiltinKind = {
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  verbs: {
    get: (_call, name) => {
      throw errors.notFound({ group: '', resource: 'componentstatuses' }, name)
    },
    list: () => [],
  },
}
