import { objectInEach } from './object-in-each.js'

const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the ' +
  'internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes ' +
  'clusters.'

/** What clients check the server's certificate with. */
export const rootCaPublisher = objectInEach({
  controller: 'root-ca-certificate-publisher-controller',
  plural: 'configmaps',
  kind: 'ConfigMap',
  name: 'kube-root-ca.crt',
  metadata: { annotations: { 'kubernetes.io/description': description } },
  content: async ({ rootCa }) => ({ data: { 'ca.crt': await rootCa() } }),
})
