import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { silentLog } from '../../src/meta/log.js'
import { decodeStored } from '../../src/store/encode.js'
import type { FileStore } from '../../src/store/file/file-store.js'
import { openFileStore } from '../../src/store/file/open-file-store.js'
import { folder, key } from './pizza-files.js'
import { simpleIngest } from './simple-ingest.js'

/** A file store whose hand edits are taken in, with what a test asks of it. */
class PizzaStore {
  root = ''
  store!: FileStore
  ingest!: ReturnType<typeof simpleIngest>
  /** Namespaces that do not exist. */
  readonly missing = new Set<string>()

  /** Opens the root anew; who has it open closes it first. */
  async open(watchFiles = true): Promise<void> {
    this.store = await openFileStore({ root: this.root, watchFiles, log: silentLog })
    this.ingest = simpleIngest(this.store, this.missing)
    await this.store.start(this.ingest.handler)
  }

  /** Path of the pizza's file. */
  file(name: string): string {
    return join(this.root, folder, `${name}.yaml`)
  }

  async specOf(name: string): Promise<unknown> {
    const stored = await this.store.get(key(name))
    return stored && decodeStored(stored).spec
  }

  /** How many edits by hand have been told since it was opened. */
  get changesSeen(): number {
    return this.ingest.seen.flat().length
  }
}

/** One for each test of a file, on a root of its own; tests may close it and open it again. */
export function pizzaStoreForEach(): PizzaStore {
  const pizzas = new PizzaStore()
  beforeEach(async () => {
    pizzas.root = await mkdtemp(join(tmpdir(), 'wukong-pizzas-'))
    pizzas.missing.clear()
    await pizzas.open()
  })
  afterEach(async () => {
    await pizzas.store.close()
    await rm(pizzas.root, { recursive: true })
  })
  return pizzas
}
