import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { KubeObject } from '../../src/meta/object.js'
import { eventually } from '../support/eventually.js'
import type { HttpClient, ListBody } from '../support/http.js'
import { bareManifest, fileProblems, pizzaFolder } from '../support/registry-files.js'
import { pizza, restaurant } from '../support/restaurant.js'
import type { TestServer } from '../support/server.js'
import { temporaryFolder } from '../support/temporary-folder.js'
import type { WatchStream } from '../support/watch.js'
import { type EditCase, type FileExpectation, type Step, stepsOf } from './hand-edits-case.js'

/** Sorted behind those of every case, so that its file is judged after theirs. */
export const markerNamespace = 'zz-markers'
let cases = 0

/** Does what a case says and checks all it expects, in a namespace of its own. */
export async function runCase(server: TestServer, one: EditCase): Promise<void> {
  const namespace = `case-${++cases}`
  const run = new CaseRun(server, namespace)
  for (const name of [namespace, `${namespace}-2`]) await run.makeNamespace(name)
  for (const name of one.given ?? ['p']) await run.give(name, one.finalizers)
  await run.watch()
  for (const [i, step] of stepsOf(one, run.names).entries()) await run.step(step, `${one.what}, step ${i + 1}`)
  run.close()
}

class CaseRun {
  readonly names: Record<string, string>
  readonly #api: HttpClient
  readonly #uids = new Map<string, string>()
  readonly #texts = new Map<string, string>()
  #events: WatchStream | undefined
  #marks = 0

  constructor(
    private readonly server: TestServer,
    private readonly namespace: string,
  ) {
    this.#api = server.api
    const registry = join(server.root, 'registry')
    this.names = {
      NS: namespace,
      NS2: `${namespace}-2`,
      ROOT: server.root,
      CORE: join(registry, 'core'),
      DIR: pizzaFolder(server.root, namespace).path,
      PIZZAS: restaurant.pizzas(namespace),
      TMP: temporaryFolder(),
    }
  }

  async makeNamespace(name: string): Promise<void> {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
    expect((await this.#api.post('/api/v1/namespaces', object)).status).toBe(201)
    const file = join(this.server.root, 'registry/core/namespaces', `${name}.yaml`)
    await eventually(`${name} is told`, () => existsSync(file))
    mkdirSync(pizzaFolder(this.server.root, this.namespace).path, { recursive: true, mode: 0o700 })
  }

  async give(name: string, finalizers?: readonly string[]): Promise<void> {
    const metadata = { labels: { by: 'api' }, ...(finalizers ? { finalizers } : {}) }
    const made = (await this.#api.post(restaurant.pizzas(this.namespace), pizza(name, metadata))).json()
    this.#uids.set(name, made.metadata.uid ?? '')
    const file = this.#path(name)
    await eventually(`${name} is told`, () => readFileSync(file, 'utf8').includes(made.metadata.uid ?? '?'))
  }

  async watch(): Promise<void> {
    const { metadata } = (await this.#api.get(restaurant.allPizzas)).json<ListBody>()
    const from = `${restaurant.allPizzas}?watch=true&resourceVersion=${metadata.resourceVersion}`
    this.#events = await this.#api.watch(from)
  }

  close(): void {
    this.#events?.close()
  }

  async step(step: Step, what: string): Promise<void> {
    for (const name of Object.keys(step.files ?? {})) this.#texts.set(name, this.#read(name) ?? '')
    await this.#act(step)
    await eventually(what, () => this.#holds(step))
    const events = await this.#eventsUpToMark()
    const sorted = (list: readonly string[]) => (step.anyOrder ? list.toSorted() : list)
    expect(sorted(events), what).toEqual(sorted(step.events))
    await this.#holds(step)
    const { log } = step
    if (log !== undefined) await eventually(`${what}: the log`, () => this.server.stderr().includes(log))
  }

  async #act({ sh, api }: Step): Promise<void> {
    if (sh !== undefined) {
      const { status, stderr } = spawnSync('bash', ['-c', sh], {
        cwd: this.names.DIR,
        env: { ...process.env, ...this.names },
        encoding: 'utf8',
      })
      if (status !== 0) throw new Error(`${sh}\n${stderr}`)
    }
    if (api) {
      const [method, path, body] = api
      const type = method === 'PATCH' ? { 'content-type': 'application/merge-patch+json' } : {}
      const answer = await this.#api.request(method, path, body, type)
      expect(answer.status, answer.text).toBeLessThan(300)
    }
  }

  async #holds(step: Step): Promise<true> {
    for (const [name, wanted] of Object.entries(step.objects ?? {})) {
      const object = await this.#get(name)
      if (wanted === null) expect(object, name).toBeUndefined()
      else expect(object, name).toMatchObject(wanted)
    }
    for (const name of step.same ?? []) expect((await this.#get(name))?.metadata.uid).toBe(this.#uids.get(name))
    for (const name of step.other ?? []) {
      const uid = (await this.#get(name))?.metadata.uid
      expect(uid).toBeDefined()
      expect([...this.#uids.values()]).not.toContain(uid)
    }
    for (const [name, wanted] of Object.entries(step.files ?? {})) await this.#checkFile(name, wanted)
    const problems = await fileProblems(this.#api)
    for (const [path, wanted] of Object.entries(step.problems ?? {})) {
      const base = `registry/restaurant.wukong.com/pizzas/${this.namespace}/`
      const problem = problems.find((p) => p.path === (path.startsWith('/') ? `registry${path}` : base + path))
      if (wanted === null) expect(problem, path).toBeUndefined()
      else {
        const { reason = '', ...rest } = wanted
        expect(problem, path).toMatchObject(rest)
        expect(problem?.reason).toContain(reason)
      }
    }
    return true
  }

  async #checkFile(name: string, wanted: FileExpectation | null): Promise<void> {
    const text = this.#read(name)
    if (wanted === null) return expect(text, name).toBeUndefined()
    if (wanted.text !== undefined) expect(text).toBe(wanted.text)
    if (wanted.says) expect(parse(text ?? '')).toMatchObject(wanted.says)
    for (const piece of wanted.has ?? []) expect(text).toContain(piece)
    for (const piece of wanted.lacks ?? []) expect(text).not.toContain(piece)
    if (wanted.saysOwnUid) {
      const { uid } = (await this.#get(name))?.metadata ?? {}
      expect(parse(text ?? '')).toMatchObject({ metadata: { uid } })
    }
    if (wanted.changed) expect(difference(this.#texts.get(name) ?? '', text ?? '')).toEqual(wanted.changed)
  }

  /** What happened to the namespace's pizzas until everything done so far was judged. */
  async #eventsUpToMark(): Promise<string[]> {
    const mark = `${this.namespace}-${++this.#marks}`
    pizzaFolder(this.server.root, markerNamespace).write(mark, bareManifest())
    const seen: string[] = []
    for (;;) {
      const { type, object } = (await this.#events?.next()) ?? { type: '', object: undefined }
      if (object?.metadata.name === mark) return seen
      if (object?.metadata.namespace === this.namespace) seen.push(`${type} ${object.metadata.name}`)
    }
  }

  async #get(name: string): Promise<KubeObject | undefined> {
    const answer = await this.#api.get(`${restaurant.pizzas(this.namespace)}/${name}`)
    return answer.status === 200 ? answer.json() : undefined
  }

  #path(name: string): string {
    const registry = join(this.server.root, 'registry')
    return `${name.startsWith('/') ? registry + name : join(this.names.DIR ?? '', name)}.yaml`
  }

  #read(name: string): string | undefined {
    const path = this.#path(name)
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined
  }
}

function difference(before: string, after: string): string[] {
  const folder = temporaryFolder()
  const [a, b] = [join(folder, 'before'), join(folder, 'after')]
  writeFileSync(a, before)
  writeFileSync(b, after)
  if (before === after) return []
  const { stdout } = spawnSync('diff', [a, b], { encoding: 'utf8' })
  return stdout
    .split('\n')
    .filter((line) => /^[<>] /.test(line))
    .map((line) => (line.startsWith('<') ? '-' : '+') + line.slice(2))
}
