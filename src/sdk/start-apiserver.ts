import { join } from 'node:path'
import type { Extension } from '../apiexts/modules/extension.js'
import { controllerNames } from '../controllers/names.js'
import { type Log, silentLog } from '../meta/log.js'
import type { KubeObject } from '../meta/object.js'
import { Client } from '../reconcile/client.js'
import { ResourceClient, type ResourceRef } from '../reconcile/resource-client.js'
import { createServer, type Snapshot } from '../server.js'
import { defaultServerOptions } from '../server-options.js'
import type { ApiGroup } from './group.js'
import { checkExtension, checkGroup } from './group-shape.js'
import { loadExtensions, loadGroups } from './load.js'

/** All are optional: a server with none has the built-in groups, in memory. */
export interface StartApiserverOptions {
  /** API groups: as they are, or as modules that `--apis` would take. Default: none. */
  readonly apis?: readonly (ApiGroup | string)[]
  /** Web APIs below `/wukong`: as they are, or as modules that `--apiexts` would take. Default: none. */
  readonly apiexts?: readonly (Extension | string)[]
  /** CustomResourceDefinitions, applied before `objects`. */
  readonly crds?: readonly KubeObject[]
  /** Created in this order; namespaces before what is in them. */
  readonly objects?: readonly KubeObject[]
  /** Default: any that is free. */
  readonly port?: number
  /** The folder that objects are kept in as files. Default: they are kept in memory, and gone at the end. */
  readonly root?: string
  /** Of the server's controllers, those that run. Default: all but those that simulate workloads. */
  readonly controllers?: readonly string[]
  /** Where the server's log lines go. Default: nowhere. */
  readonly log?: Log
}

/** A server in this process. */
export interface Apiserver {
  /** Plain HTTP on the loopback address; who calls without credentials is the admin. */
  readonly url: string
  /** The text of a kubeconfig, for kubectl and other clients. */
  readonly kubeconfig: string
  /** Requests of a kind, as the admin: `resources({ apiVersion: 'v1', kind: 'ConfigMap' }).list()`. */
  resources<T extends KubeObject = KubeObject>(ref: ResourceRef): ResourceClient<T>
  /** Every object as of now. */
  snapshot(): Promise<Snapshot>
  /** Brings every object back to what it was then. Watchers are told what changes; nobody need list anew. */
  reset(snapshot: Snapshot): Promise<void>
  /** Ends the server; what is in memory is gone. */
  close(): Promise<void>
}

/**
 * Starts a server in this process, for tests above all: ready when the promise resolves. Any number may run side by side.
 * @throws Error as the command would say it; StatusError for one of `crds` or `objects`
 */
export async function startApiserver(options: StartApiserverOptions = {}): Promise<Apiserver> {
  const { apis = [], root, port = 0, log = silentLog } = options
  const groups = await Promise.all(
    apis.map(async (api, i) => {
      return typeof api === 'string' ? loadGroups([api], process.cwd()) : [checked(api, `apis[${i}]`, checkGroup)]
    }),
  )
  const extensions = await Promise.all(
    (options.apiexts ?? []).map(async (ext, i) => {
      const loaded = () => loadExtensions([ext as string], process.cwd())
      return typeof ext === 'string' ? loaded() : [checked(ext, `apiexts[${i}]`, checkExtension)]
    }),
  )
  const server = await createServer({
    ...defaultServerOptions,
    ...(root === undefined ? { backend: 'memory' } : {}),
    fileRootpath: root ?? '',
    certDir: join(root ?? '', 'cert'),
    insecure: { address: '127.0.0.1', port },
    authnAllowLocalhost: true,
    controllers: options.controllers ?? controllerNames,
    groups: groups.flat(),
    extensions: extensions.flat(),
    version: '',
    log,
  })
  const url = server.insecureUrl ?? ''
  const client = new Client({ server: url })
  const resources = <T extends KubeObject>(ref: ResourceRef) => new ResourceClient<T>(client, ref)
  const close = async () => {
    client.close()
    await server.close()
  }
  try {
    for (const object of [...(options.crds ?? []), ...(options.objects ?? [])]) {
      const { apiVersion, kind } = object
      await resources({ apiVersion, kind }).create(object)
    }
  } catch (error) {
    await close()
    throw error
  }
  const { snapshot, reset } = server
  return { url, kubeconfig: kubeconfigFor(url), resources, snapshot, reset, close }
}

/** What is handed over is held to what a module's default export is held to. @throws Error beginning with `at` */
function checked<T>(value: T, at: string, check: (exported: unknown) => T): T {
  try {
    return check(value)
  } catch (error) {
    throw new Error((error as Error).message.replace(/^default\b/, at), { cause: error })
  }
}

function kubeconfigFor(server: string): string {
  const name = 'wukong'
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    clusters: [{ name, cluster: { server } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    users: [{ name, user: {} }],
  })
}
