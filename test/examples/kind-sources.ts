import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import hello from '../../examples/hello/index.js'
import restaurant from '../../examples/restaurant/index.js'
import type { KubeObject } from '../../src/meta/object.js'
import type { PrinterColumn, ResourceDefinition } from '../../src/registry/definition.js'
import { establish } from '../support/custom-resources.js'
import { startServer, type TestServer } from '../support/server.js'
import { writeTokens } from '../support/server-test.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import { startWebhookServer } from '../support/webhook-server.js'

/** A server that serves the examples' kinds, and where it has them from. */
export interface KindSource {
  readonly name: string
  readonly server: TestServer
}

export interface KindSources {
  readonly all: readonly KindSource[]
  close(): Promise<void>
}

/**
 * Three servers with the same kinds: of the examples' modules, of CustomResourceDefinitions that a client has created, and
 * of a folder of such. What the modules' code converts, a webhook converts for the others, with the same code.
 */
export async function startKindSources(): Promise<KindSources> {
  const hooks = await startWebhookServer()
  const definitions = [hello, restaurant].flatMap(({ resources }) => resources)
  const crds = definitions.map((resource) => {
    const path = `/convert/${resource.names.plural}`
    hooks.on(path, async ({ objects, desiredAPIVersion }) => {
      const toVersion = String(desiredAPIVersion).split('/')[1] ?? ''
      const convertedObjects = await resource.convert?.(objects as KubeObject[], toVersion)
      return { response: { result: { status: 'Success' }, convertedObjects } }
    })
    const clientConfig = { url: `https://127.0.0.1:${hooks.port}${path}`, caBundle: hooks.caBundle }
    return customResourceDefinition(resource, clientConfig)
  })
  const folder = join(temporaryFolder(), 'crds')
  mkdirSync(folder)
  for (const crd of crds) writeFileSync(join(folder, `${crd.metadata.name}.yaml`), JSON.stringify(crd))
  const common = ['--backend=memory', '--authorization-mode=RBAC', `--token-auth-file=${writeTokens()}`]
  const start = async (name: string, ...args: string[]) => ({
    name,
    server: await startServer({ args: [...common, ...args] }),
  })
  const all = await Promise.all([
    start('a module', '--apis=examples/hello,examples/restaurant'),
    start('a CustomResourceDefinition', '--apis='),
    start('a file', '--apis=', `--crds=${folder}`),
  ])
  for (const crd of crds) await establish(all[1].server.api, crd)
  return {
    all,
    async close() {
      await Promise.all([...all.map(({ server }) => server.stop()), hooks.close()])
    },
  }
}

/** The definition that says of a kind what its module says, as far as a definition can. */
function customResourceDefinition(resource: ResourceDefinition, clientConfig: object): KubeObject {
  const { group, names, scope, versions, convert } = resource
  const webhook = { conversionReviewVersions: ['v1'], clientConfig }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${names.plural}.${group}` },
    spec: {
      ...{ group, names, scope },
      ...(convert ? { conversion: { strategy: 'Webhook', webhook } } : {}),
      versions: versions.map(({ name, served, storage, schema, subresources, printerColumns }) => ({
        ...{ name, served, storage, schema: { openAPIV3Schema: schema } },
        ...(subresources?.status ? { subresources: { status: {} } } : {}),
        additionalPrinterColumns: printerColumns?.map(columnOf),
      })),
    },
  }
}

function columnOf({ name, type, jsonPath, description, priority }: PrinterColumn): object {
  return { name, type, jsonPath, description, ...(priority === undefined ? {} : { priority }) }
}
