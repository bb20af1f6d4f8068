import type { Revision, Stored } from '../store.js'
import type { EtcdClient } from './client.js'
import { endOf } from './keys.js'
import type { Objects } from './objects.js'

/** etcd counts keys, not bytes: pages are made as long as this many bytes of the objects seen so far. */
const pageBytes = 4 * 2 ** 20
const firstPage = 500
const longestPage = 10_000

/** Everything below `prefix` as of `revision` (undefined: the newest), in etcd's order. @throws CompactedRevision */
export async function readAll(
  client: EtcdClient,
  objects: Objects,
  prefix: string,
  revision?: Revision,
): Promise<{ items: Stored[]; revision: Revision }> {
  const whole = objects.keys.toEtcd(prefix)
  const rangeEnd = endOf(whole)
  const items: Stored[] = []
  let [key, at, limit, bytes] = [whole, revision, firstPage, 0]
  for (;;) {
    const page = await client.range({ key, rangeEnd, limit, ...(at === undefined ? {} : { revision: at }) })
    at ??= page.header.revision.toNumber()
    for (const kv of page.kvs) {
      const stored = objects.read(kv)
      if (!stored?.key.startsWith(prefix)) continue
      items.push(stored)
      bytes += stored.json.length
    }
    const last = page.kvs.at(-1)
    if (!page.more || !last) return { items, revision: at }
    key = Buffer.concat([last.key, Buffer.alloc(1)])
    const each = Math.max(1, bytes / Math.max(1, items.length))
    limit = Math.min(longestPage, Math.max(1, Math.floor(pageBytes / each)))
  }
}
