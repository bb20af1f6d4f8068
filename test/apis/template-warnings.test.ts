import { describe, expect, it } from 'vitest'
import type { JsonObject, KubeObject } from '../../src/meta/object.js'
import { builtin } from '../support/builtin.js'

const template = {
  metadata: { annotations: { 'container.apparmor.security.beta.kubernetes.io/c': 'runtime/default' } },
  spec: {
    containers: [{ name: 'c', ports: [{ containerPort: 80 }, { containerPort: 80 }] }],
    terminationGracePeriodSeconds: -1,
  },
}
/** Where each kind has its template. */
const places: Readonly<Record<string, string>> = {
  ...{ Deployment: 'spec.template', StatefulSet: 'spec.template', DaemonSet: 'spec.template' },
  ...{ ReplicaSet: 'spec.template', ReplicationController: 'spec.template', Job: 'spec.template' },
  ...{ CronJob: 'spec.jobTemplate.spec.template', PodTemplate: 'template' },
}
const namedAfter = ['Deployment', 'ReplicaSet', 'ReplicationController', 'Job', 'CronJob']

function objectOf(kind: string, path: string, name: string): KubeObject {
  const spec = path.split('.').reduceRight<JsonObject>((inner, step) => ({ [step]: inner }), template)
  return { apiVersion: 'v1', kind, metadata: { name }, ...spec }
}

describe('warnings', () => {
  it.each(Object.entries(places))('of the pods that a %s makes, as kube-apiserver 1.36.3 gives them', (kind, path) => {
    const warnings = builtin(kind).definition.strategy?.warnings
    const object = objectOf(kind, path, 'a.b')
    const found = warnings?.(object, undefined) ?? []
    expect(found.filter((text) => !text.startsWith('metadata.name'))).toEqual([
      `${path}.metadata.annotations[container.apparmor.security.beta.kubernetes.io/c]: deprecated since v1.30; ` +
        'use the "appArmorProfile" field instead',
      `${path}.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
      `${path}.spec.containers[0].ports[1]: duplicate port definition with ${path}.spec.containers[0].ports[0]`,
    ])
    const ofName =
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; ' +
      'a DNS label is recommended: [must not contain dots]'
    expect(found.includes(ofName)).toBe(namedAfter.includes(kind))
    expect(warnings?.(object, object)).toEqual([])
  })
})

describe('warnings of volumes and nodes, as kube-apiserver 1.36.3 gives them', () => {
  const item = (key: string, path: string) => ({ key, path })
  const fieldRef = { fieldPath: 'metadata.name' }
  const affinity = {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'Exists' }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['x'.repeat(64)] }] } },
      ],
    },
  }
  const claim = { spec: { resources: { requests: { storage: '100m' }, limits: { storage: '1500m' } } } }
  const sources = [{}, { secret: { name: 's', items: [item('k', 'x')] } }, { serviceAccountToken: { path: 'x/t' } }]
  const volumes = [
    { name: 'm', configMap: { name: 'm', items: [item('a', 'x'), item('b', 'x/y')] } },
    { name: 'p', projected: { sources } },
    { name: 'e', ephemeral: { volumeClaimTemplate: claim } },
    {
      name: 'd',
      downwardAPI: {
        items: [
          { path: 'l', fieldRef },
          { path: 'l/', fieldRef },
        ],
      },
    },
    { name: 'r', rbd: { monitors: ['m'], image: 'i' } },
  ]
  const [nodes, at] = ['spec.affinity.nodeAffinity', 'spec.volumes']
  const fraction = (list: string, amount: string) =>
    `${at}[2].ephemeral.volumeClaimTemplate.spec.resources.${list}[storage]: fractional byte value "${amount}" is invalid, ` +
    'must be an integer'

  it('in a template', () => {
    const object = { metadata: { name: 'w' }, spec: { template: { spec: { affinity, volumes } } } } as object
    const warnings = builtin('Deployment').definition.strategy?.warnings?.(object as KubeObject, undefined) ?? []
    expect(warnings.map((text) => text.replace(/^spec\.template\./, ''))).toEqual([
      `${nodes}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: ` +
        'beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
      `${nodes}.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: ` +
        `${'x'.repeat(64)} is invalid, must be no more than 63 bytes`,
      fraction('requests', '100m'),
      fraction('limits', '1500m'),
      `${at}[4].rbd: deprecated in v1.28, non-functional in v1.31+`,
      'volume "m" (ConfigMap "m"): overlapping paths: "x/y" with "x"',
      'volume "p" (Projected) has no sources provided',
      'volume "p" (Projected): overlapping paths: "x/t" (ServiceAccountToken) with "x" (Secret "s")',
      'volume "d" (DownwardAPI): overlapping paths: "l" with "l"',
    ])
  })
})
