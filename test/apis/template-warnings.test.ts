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
