import type { Field, KnownName, Member, ScalarType, StructType, Type } from './type.js'

interface Declaration {
  readonly package: Package
  /** The rest of the declaring line. */
  readonly head: string
  /** Where the lines of a struct's fields stand in the text. */
  readonly start: number
  readonly end: number
}

interface Package {
  readonly name: string
  /** As OpenAPI and protobuf write it: `io.k8s.api.core.v1`. */
  readonly full: string
  readonly go: string
}

const knownNames: ReadonlySet<string> = new Set<KnownName>([
  'meta.v1.Time',
  'meta.v1.MicroTime',
  'meta.v1.FieldsV1',
  'resource.Quantity',
  'intstr.IntOrString',
  'runtime.RawExtension',
  'apiextensions.v1.JSON',
  'apiextensions.v1.JSONSchemaPropsOrArray',
  'apiextensions.v1.JSONSchemaPropsOrBool',
  'apiextensions.v1.JSONSchemaPropsOrStringArray',
])
const schemaOfSchemas = 'apiextensions.v1.JSONSchemaProps'
/** Packages of types with a JSON form of their own, which the text names and does not describe. */
const undeclared: Readonly<Record<string, string>> = {
  intstr: 'io.k8s.apimachinery.pkg.util.intstr',
  resource: 'io.k8s.apimachinery.pkg.api.resource',
  runtime: 'io.k8s.apimachinery.pkg.runtime',
}
const scalarKinds: Readonly<Record<string, ScalarType['kind']>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  bytes: 'bytes',
}

/**
 * The types of a types.txt (src/apis/data/README.md has its grammar). Making one only looks where the types are; each
 * is read when it is first asked for, and a struct's fields when they are.
 */
export class TypeLibrary {
  private readonly declarations = new Map<string, Declaration>()
  private readonly packages = new Map<string, Package>()
  private readonly types = new Map<string, Type>()

  constructor(private readonly text: string) {
    let current: Package | undefined
    let open: { name: string; head: string; start: number } | undefined
    const close = (end: number) => {
      if (open && current) this.declarations.set(`${current.name}.${open.name}`, { package: current, ...open, end })
      open = undefined
    }
    for (let at = 0; at < text.length; ) {
      const end = endOfLine(text, at)
      if (text.charCodeAt(at) !== 0x20) {
        close(at)
        const line = text.slice(at, end)
        const space = line.indexOf(' ')
        const [name, head] = space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
        if (name === 'package') {
          const [short = '', full = '', go = ''] = head.split(' ')
          current = { name: short, full, go }
          this.packages.set(short, current)
        } else open = { name, head, start: end + 1 }
      }
      at = end + 1
    }
    close(text.length)
  }

  /** The struct of that name, such as `core.v1.Pod`. */
  struct(name: string): StructType | undefined {
    const type = this.declarations.has(name) ? this.named(name) : undefined
    return type?.kind === 'struct' ? type : undefined
  }

  /** As OpenAPI writes it: `io.k8s.api.core.v1.Pod` for `core.v1.Pod`. */
  fullName(name: string): string {
    const dot = name.lastIndexOf('.')
    const package_ = name.slice(0, dot)
    return `${this.packages.get(package_)?.full ?? undeclared[package_] ?? package_}${name.slice(dot)}`
  }

  /** The type of a kind's lists. */
  listOf(item: StructType): StructType {
    const [name, go] = [`${item.name}List`, `${item.go}List`]
    const known = this.types.get(name)
    if (known?.kind === 'struct') return known
    const flags = { pointer: false, omitEmpty: false, required: false }
    const items: Type = { kind: 'list', item, message: false, go: `[]${item.go}` }
    const list = new DeclaredStruct(name, go, '', () => [
      { name: 'metadata', number: 1, type: this.named('meta.v1.ListMeta'), ...flags },
      { name: 'items', number: 2, type: items, ...flags },
    ])
    this.types.set(name, list)
    return list
  }

  private named(name: string): Type {
    const known = this.types.get(name)
    if (known) return known
    const type = this.declare(name)
    this.types.set(name, type)
    return type
  }

  private declare(name: string): Type {
    const declaration = this.declarations.get(name)
    const short = name.slice(name.lastIndexOf('.') + 1)
    if (knownNames.has(name)) {
      const dot = name.lastIndexOf('.')
      const package_ = this.packages.get(name.slice(0, dot))
      const go = package_?.go ?? name.slice(0, dot).split('.').at(-1)
      const schema = () => (short.startsWith('JSONSchemaPropsOr') ? this.struct(schemaOfSchemas) : undefined)
      return { kind: 'known', name: name as KnownName, go: `${go}.${short}`, schema }
    }
    if (!declaration) throw new Error(`types.txt names ${name} and has it not`)
    const [go, head] = [`${declaration.package.go}.${short}`, declaration.head]
    if (!head.startsWith('= ')) return new DeclaredStruct(name, go, head, () => this.fields(declaration))
    const message = head.startsWith('= message ')
    const [expression = '', values] = head.slice(message ? '= message '.length : 2).split(' enum:')
    const type = this.expression(expression, declaration.package)
    if (type.kind === 'list') return { ...type, message, go }
    return { ...type, go, ...(values === undefined ? {} : { enum: JSON.parse(values) }) } as Type
  }

  private expression(text: string, from: Package): Type {
    const scalar = scalarKinds[text]
    if (scalar) return { kind: scalar, go: scalar === 'bytes' ? '[]uint8' : text }
    if (text.startsWith('[]')) {
      const item = this.expression(text.slice(2), from)
      return { kind: 'list', item, message: false, go: `[]${item.go}` }
    }
    if (text.startsWith('map[')) {
      const end = text.indexOf(']')
      const value = this.expression(text.slice(end + 1), from)
      return { kind: 'map', value, go: `map[${this.expression(text.slice('map['.length, end), from).go}]${value.go}` }
    }
    return this.named(text.includes('.') ? text : `${from.name}.${text}`)
  }

  private fields({ start, end, package: from }: Declaration): Field[] {
    const lines = this.text.slice(start, end).split('\n')
    return lines.filter((line) => line !== '').map((line) => this.field(line.slice(1), from))
  }

  private field(line: string, from: Package): Field {
    const [named = '', number = '', expression = '', ...attributes] = splitField(line)
    const pointer = expression.startsWith('*')
    const embedded = named === '+'
    return {
      name: embedded ? '' : named.replace(/\?$/, ''),
      number: Number(number),
      type: this.expression(pointer ? expression.slice(1) : expression, from),
      pointer,
      omitEmpty: named.endsWith('?'),
      required: attributes.includes('!'),
      ...(attributes.length > 0 ? readAttributes(attributes) : {}),
    }
  }
}

/** A default is the last attribute, and may have blanks in it. */
function splitField(line: string): string[] {
  const at = line.indexOf(' default:')
  return at < 0 ? line.split(' ') : [...line.slice(0, at).split(' '), line.slice(at + 1)]
}

function readAttributes(attributes: readonly string[]): Partial<Field> {
  const found: Record<string, unknown> = {}
  for (const attribute of attributes) {
    const colon = attribute.indexOf(':')
    const [name, value] = [attribute.slice(0, colon), attribute.slice(colon + 1)]
    if (name === 'list') {
      const [listType, ...keys] = value.split(',')
      found.listType = listType
      if (keys.length > 0) found.listMapKeys = keys
    } else if (name === 'map') found.mapType = value
    else if (name === 'patch') found.patchStrategy = value
    else if (name === 'key') found.patchMergeKey = value
    else if (name === 'default') found.default = JSON.parse(value)
  }
  return found as Partial<Field>
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

const unionsAttribute = 'unions:'

/** Reads its fields when they are first asked for: types may contain themselves. */
class DeclaredStruct implements StructType {
  readonly kind = 'struct'
  readonly mapType?: 'atomic' | 'granular'
  #fields: readonly Field[] | undefined
  #members: Map<string, Member> | undefined
  #byNumber: Map<number, Field> | undefined

  constructor(
    readonly name: string,
    readonly go: string,
    private readonly head: string,
    private readonly read: () => Field[],
  ) {
    if (head.startsWith('map:atomic')) this.mapType = 'atomic'
  }

  get unions(): unknown {
    const at = this.head.indexOf(unionsAttribute)
    return at < 0 ? undefined : JSON.parse(this.head.slice(at + unionsAttribute.length))
  }

  get fields(): readonly Field[] {
    this.#fields ??= this.read()
    return this.#fields
  }

  get members(): ReadonlyMap<string, Member> {
    if (!this.#members) {
      this.#members = new Map()
      for (const field of this.fields) {
        if (field.name !== '') this.#members.set(field.name, { field, goPath: field.name })
        else if (field.type.kind === 'struct') {
          const short = field.type.name.slice(field.type.name.lastIndexOf('.') + 1)
          for (const [name, member] of field.type.members) {
            this.#members.set(name, { field: member.field, goPath: `${short}.${member.goPath}` })
          }
        }
      }
    }
    return this.#members
  }

  get byNumber(): ReadonlyMap<number, Field> {
    this.#byNumber ??= new Map(this.fields.map((field) => [field.number, field]))
    return this.#byNumber
  }
}
