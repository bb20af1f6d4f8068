import type { TableMap } from '../collections.js'
import { global, type Overload } from '../overload.js'
import type { MapValue, Value } from '../value.js'

function insertAll(target: TableMap, more: MapValue): TableMap {
  for (const key of more.keys()) target.insert(key, more.find(key) ?? null)
  return target
}

/** What folds that build maps do. */
export const maps: readonly Overload[] = [
  global('cel.@mapInsert(map(K, V), K, V) map(K, V)', (map: TableMap, key: Value, value: Value) =>
    map.insert(key, value),
  ),
  global('cel.@mapInsert(map(K, V), map(K, V)) map(K, V)', insertAll),
]
