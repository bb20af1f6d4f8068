import { describe, expect, it, test } from 'vitest'
import { EtcdKeys } from '../../src/store/etcd/keys.js'

const keys = new EtcdKeys('/registry')

describe('keys are where kube-apiserver has them', () => {
  test.each([
    ['core/pods/default/web-0', '/registry/pods/default/web-0'],
    ['core/namespaces/default', '/registry/namespaces/default'],
    ['core/nodes/n1', '/registry/minions/n1'],
    ['core/services/default/web', '/registry/services/specs/default/web'],
    ['core/endpoints/default/web', '/registry/services/endpoints/default/web'],
    ['core/replicationcontrollers/default/web', '/registry/controllers/default/web'],
    ['core/events/default/web.17', '/registry/events/default/web.17'],
    ['apps/deployments/default/web', '/registry/deployments/default/web'],
    ['networking.k8s.io/ingresses/default/web', '/registry/ingress/default/web'],
    ['rbac.authorization.k8s.io/clusterroles/system:node', '/registry/clusterroles/system:node'],
    ['coordination.k8s.io/leases/kube-system/x', '/registry/leases/kube-system/x'],
    [
      'apiextensions.k8s.io/customresourcedefinitions/pizzas.example.com',
      '/registry/apiextensions.k8s.io/customresourcedefinitions/pizzas.example.com',
    ],
    [
      'apiregistration.k8s.io/apiservices/v1.example.com',
      '/registry/apiregistration.k8s.io/apiservices/v1.example.com',
    ],
    ['restaurant.wukong.com/pizzas/default/quattro', '/registry/restaurant.wukong.com/pizzas/default/quattro'],
    ['restaurant.wukong.com/toppings/ham', '/registry/restaurant.wukong.com/toppings/ham'],
    ['example.com/deployments/default/x', '/registry/example.com/deployments/default/x'],
    ['hello/greetings/default/ü', '/registry/hello./greetings/default/ü'],
    ['hello/deployments/default/x', '/registry/hello./deployments/default/x'],
  ])('%s', (key, path) => {
    expect(keys.toEtcd(key).toString()).toBe(path)
    expect(keys.fromEtcd(Buffer.from(path))).toBe(key)
  })
})

test.each([
  ['', '/registry/'],
  ['core/pods/', '/registry/pods/'],
  ['core/services/default/', '/registry/services/specs/default/'],
  ['apps/deployments/', '/registry/deployments/'],
  ['example.com/things/default/', '/registry/example.com/things/default/'],
])('everything below %s', (prefix, path) => expect(keys.toEtcd(prefix).toString()).toBe(path))

it('knows what is no key of an object', () => {
  const others = ['/registry2/pods/a/b', '/registry/.progress', '/registry/health', '/registry/services/specs', '/x']
  for (const other of others) expect(keys.fromEtcd(Buffer.from(other)), other).toBeUndefined()
  expect(keys.fromEtcd(keys.ownKey('progress'))).toBeUndefined()
})

it('takes a prefix with or without a closing slash, and the root', () => {
  for (const prefix of ['/a/b', '/a/b/'])
    expect(new EtcdKeys(prefix).toEtcd('core/pods/x').toString()).toBe('/a/b/pods/x')
  expect(new EtcdKeys('/').toEtcd('core/pods/x').toString()).toBe('/pods/x')
})
