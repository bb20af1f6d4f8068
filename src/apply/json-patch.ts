import { cloneJson } from '../meta/json-clone.js'
import { jsonEquals } from '../meta/json-equal.js'
import { isJsonObject } from '../meta/object.js'
import { errors } from '../meta/status.js'
import { EditableTree, PointerError, parsePointer } from './json-pointer.js'

const maxOperations = 10_000
/** How much `copy` may add in all, counted in characters of text and values: each copy could double the object. */
const maxCopied = 3 * 1024 * 1024

/** As deep as the JSON reader goes: moves and copies could build what nobody reads again. */
const maxDepth = 1000

/** A value that is missing is null. */
interface Operation {
  readonly op: string
  readonly path: string | undefined
  readonly from: string | undefined
  readonly value: unknown
}

const members = ['op', 'path', 'from', 'value']

/**
 * RFC 6902. `object` and `patch` are not changed, whatever happens; the result may share parts with both. As in upstream's
 * library, a member that is missing is null to `test` and `copy`, and `replace` sets it; so is a value that is not given.
 * @throws StatusError with upstream's texts (API-SEMANTICS P02)
 */
export function applyJsonPatch(object: unknown, patch: unknown): unknown {
  try {
    return patchJson(object, patch)
  } catch (error) {
    if (error instanceof PointerError) throw errors.unprocessable()
    throw error
  }
}

/** A `test` that does not hold. */
export class PatchTestFailed extends PointerError {}

/** As `applyJsonPatch`, for those who tell what is wrong themselves. @throws PointerError */
export function patchJson(object: unknown, patch: unknown): unknown {
  const operations = decode(patch)
  if (operations.length > maxOperations) {
    const why = `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${operations.length}`
    throw errors.tooLarge(`Request entity too large: ${why}`)
  }
  const tree = new EditableTree(object)
  const budget = { copied: 0 }
  for (const operation of operations) applyOrTell(tree, operation, budget)
  if (isDeeperThan(tree.root, maxDepth)) throw new PointerError('too deep')
  return tree.root
}

/** Members that operations should not have, as strict field validation names them: `[0].foo` (F03). */
export function unknownJsonPatchMembers(patch: unknown): string[] {
  if (!Array.isArray(patch)) return []
  return patch.flatMap((operation: unknown, i) =>
    isJsonObject(operation)
      ? Object.keys(operation)
          .filter((key) => !members.includes(key))
          .map((key) => `[${i}].${key}`)
      : [],
  )
}

function decode(patch: unknown): Operation[] {
  if (patch === null) return []
  if (!Array.isArray(patch)) throw undecodable(patch, 'Go value of type []handlers.jsonPatchOp')
  return patch.map(decodeOperation)
}

function decodeOperation(operation: unknown): Operation {
  if (!isJsonObject(operation)) throw undecodable(operation, 'Go value of type handlers.jsonPatchOp')
  const text = (member: 'op' | 'path' | 'from') => {
    const value = operation[member] ?? undefined
    if (value === undefined || typeof value === 'string') return value
    throw undecodable(value, `Go struct field jsonPatchOp.${member} of type string`)
  }
  const { value = null } = operation
  return { op: text('op') ?? '', path: text('path'), from: text('from'), value }
}

function undecodable(value: unknown, target: string) {
  const names: Record<string, string> = { boolean: 'bool', bigint: 'number' }
  const kind = Array.isArray(value) ? 'array' : (names[typeof value] ?? typeof value)
  return errors.badRequest(`error decoding patch: json: cannot unmarshal ${kind} into ${target}`)
}

/** @throws PointerError as upstream's library says what does not apply */
function applyOrTell(tree: EditableTree, operation: Operation, budget: { copied: number }): void {
  const { op, path = '' } = operation
  try {
    apply(tree, operation, budget)
  } catch (error) {
    if (error instanceof PatchTestFailed) throw new PatchTestFailed(`testing value ${path} failed: test failed`)
    if (!(error instanceof PointerError) || !operationNames.has(op)) throw error
    throw new PointerError(`${inapplicable(tree, op, path, operation.from)}: missing value`)
  }
}

function inapplicable(tree: EditableTree, op: string, path: string, from = ''): string {
  const inside = hasParent(tree, path)
  const key = path.slice(path.lastIndexOf('/') + 1)
  if (op === 'remove' && inside) return `error in remove for path: '${path}': Unable to remove nonexistent key: ${key}`
  const fails = `${op} operation does not apply: doc is missing`
  if (op === 'replace') return `${fails} ${inside ? 'key' : 'path'}: ${path}`
  if (op === 'move') return `${fails} from path: ${from}`
  return op === 'copy' ? `${fails} from path: ${JSON.stringify(from)}` : `${fails} path: ${JSON.stringify(path)}`
}

function hasParent(tree: EditableTree, path: string): boolean {
  try {
    return typeof tree.get(parsePointer(path).slice(0, -1)) === 'object'
  } catch {
    return false
  }
}

const operationNames = new Set(['add', 'replace', 'remove', 'test', 'move', 'copy'])

function apply(tree: EditableTree, operation: Operation, budget: { copied: number }): void {
  const target = pointer(operation.path)
  if (operation.op === 'add') tree.add(target, operation.value)
  else if (operation.op === 'replace') tree.replace(target, operation.value)
  else if (operation.op === 'remove') tree.remove(target)
  else if (operation.op === 'test') test(tree, target, operation.value)
  else if (operation.op === 'move') move(tree, pointer(operation.from), target)
  else if (operation.op === 'copy') copy(tree, pointer(operation.from), target, budget)
  else throw new PointerError(`Unexpected kind: ${operation.op}`)
}

function copy(tree: EditableTree, from: readonly string[], to: readonly string[], budget: { copied: number }): void {
  const source = memberOrNull(tree, from)
  budget.copied += sizeOf(source, maxCopied - budget.copied)
  if (budget.copied > maxCopied) throw new PointerError('copies too much')
  tree.add(to, cloneJson(source))
}

function move(tree: EditableTree, from: readonly string[], to: readonly string[]): void {
  const moved = tree.get(from)
  const inside = from.every((key, i) => key === to[i])
  if (inside && from.length === to.length) return
  if (inside) throw new PointerError('moved into itself')
  tree.remove(from)
  tree.add(to, moved)
}

function pointer(text: string | undefined): string[] {
  if (text === undefined) throw new PointerError('no path')
  return parsePointer(text)
}

function test(tree: EditableTree, path: readonly string[], expected: unknown): void {
  if (!jsonEquals(tested(tree, path, expected), expected)) throw new PatchTestFailed('test failed')
}

function tested(tree: EditableTree, path: readonly string[], expected: unknown): unknown {
  return expected === null ? memberOrNull(tree, path) : tree.get(path)
}

/** What upstream's library finds where an object has no such member: null. @throws PointerError where there is no object */
function memberOrNull(tree: EditableTree, path: readonly string[]): unknown {
  const key = path.at(-1)
  if (key === undefined) return tree.root
  const parent = tree.get(path.slice(0, -1))
  return isJsonObject(parent) && !Object.hasOwn(parent, key) ? null : tree.get(path)
}

/** Characters of text and number of values in a tree; stops counting soon after `enough`. Too deep is too large. */
function sizeOf(value: unknown, enough: number, depth = 0): number {
  if (typeof value === 'string') return value.length + 1
  if (typeof value !== 'object' || value === null) return 1
  if (depth >= maxDepth) return Number.POSITIVE_INFINITY
  let size = 1
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (size > enough) break
    size += sizeOf(item, enough - size, depth + 1)
  }
  if (!Array.isArray(value)) for (const key of Object.keys(value)) size += key.length
  return size
}

function isDeeperThan(tree: unknown, max: number): boolean {
  let level = [tree]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= max) return true
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value !== 'object' || value === null) continue
      for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) next.push(item)
    }
    level = next
  }
  return false
}
