import type { BuiltinKind } from '../builtin-kind.js'

/** core/v1 Endpoints, which EndpointSlices have replaced. */
export const endpoints: BuiltinKind = {
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}
