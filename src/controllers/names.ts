/**
 * The controllers there are, as `--controllers` names them: kube-controller-manager's names, in the order they are
 * started in.
 */
export const controllerNames = [
  'namespace-controller',
  'garbage-collector-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
  'resourcequota-controller',
  'disruption-controller',
  'persistentvolumeclaim-protection-controller',
  'persistentvolume-protection-controller',
  'volumeattributesclass-protection-controller',
  'validatingadmissionpolicy-status-controller',
  'certificatesigningrequest-signing-controller',
] as const satisfies readonly string[]

/** Those of `--simulate-workloads`: off unless it is given, or they are named. */
export const simulatedControllerNames = [
  'simulated-node-controller',
  'simulated-pod-controller',
  'endpoints-controller',
  'endpointslice-controller',
  'replicaset-controller',
  'deployment-controller',
  'statefulset-controller',
  'daemonset-controller',
  'job-controller',
  'persistentvolume-binder-controller',
  'service-lb-controller',
] as const satisfies readonly string[]

export type ControllerName = (typeof controllerNames)[number] | (typeof simulatedControllerNames)[number]

/** The names kube-controller-manager had for them before, and still takes. */
export const controllerAliases: Readonly<Record<string, ControllerName>> = {
  'clusterrole-aggregation': 'clusterrole-aggregation-controller',
  csrsigning: 'certificatesigningrequest-signing-controller',
  daemonset: 'daemonset-controller',
  deployment: 'deployment-controller',
  disruption: 'disruption-controller',
  endpoint: 'endpoints-controller',
  endpointslice: 'endpointslice-controller',
  garbagecollector: 'garbage-collector-controller',
  namespace: 'namespace-controller',
  job: 'job-controller',
  'persistentvolume-binder': 'persistentvolume-binder-controller',
  'pv-protection': 'persistentvolume-protection-controller',
  'pvc-protection': 'persistentvolumeclaim-protection-controller',
  replicaset: 'replicaset-controller',
  resourcequota: 'resourcequota-controller',
  service: 'service-lb-controller',
  statefulset: 'statefulset-controller',
  serviceaccount: 'serviceaccount-controller',
  'root-ca-cert-publisher': 'root-ca-certificate-publisher-controller',
  'validatingadmissionpolicy-status': 'validatingadmissionpolicy-status-controller',
}
