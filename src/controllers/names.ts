/**
 * The controllers there are, as `--controllers` names them: kube-controller-manager's names, in the order they are
 * started in.
 */
export const controllerNames = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
] as const satisfies readonly string[]

export type ControllerName = (typeof controllerNames)[number]

/** The names kube-controller-manager had for them before, and still takes. */
export const controllerAliases: Readonly<Record<string, ControllerName>> = {
  garbagecollector: 'garbage-collector-controller',
  namespace: 'namespace-controller',
  serviceaccount: 'serviceaccount-controller',
  'root-ca-cert-publisher': 'root-ca-certificate-publisher-controller',
}
