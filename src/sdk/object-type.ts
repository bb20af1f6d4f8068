import type { ObjectMeta } from '../meta/object.js'

/** A JSON schema as it is written in code, or one of TypeBox's. */
export type SchemaLike = object

/**
 * What values a schema allows, as a type: of a TypeBox schema what it says itself, of a plain one what its type,
 * properties, required, items, enum and nullable say. `unknown` where that says nothing.
 */
export type ValueOf<S> = S extends { static: infer T }
  ? T
  : S extends { enum: readonly (infer E)[] }
    ? E | NullOf<S>
    :
        | (S extends { type: 'object' }
            ? ObjectValueOf<S>
            : S extends { type: 'array'; items: infer I }
              ? ValueOf<I>[]
              : S extends { type: 'string' }
                ? string
                : S extends { type: 'integer' | 'number' }
                  ? number
                  : S extends { type: 'boolean' }
                    ? boolean
                    : unknown)
        | NullOf<S>

type NullOf<S> = S extends { nullable: true } ? null : never

type ObjectValueOf<S> = S extends { properties: infer P }
  ? S extends { required: readonly (infer R)[] }
    ? Members<P, Extract<R, keyof P>>
    : Members<P, never>
  : S extends { additionalProperties: infer A extends object }
    ? Record<string, ValueOf<A>>
    : Record<string, unknown>

/** A property with a default is there whenever the server hands out an object. */
type Defaulted<P> = { [K in keyof P]: P[K] extends { default: unknown } ? K : never }[keyof P]

type Members<P, R extends keyof P> = { -readonly [K in R | Defaulted<P>]: ValueOf<P[K]> } & {
  -readonly [K in Exclude<keyof P, R | Defaulted<P>>]?: ValueOf<P[K]>
}

/** An object of a version with this schema. */
export type ObjectOf<S> = { apiVersion: string; kind: string; metadata: ObjectMeta } & ValueOf<S>
