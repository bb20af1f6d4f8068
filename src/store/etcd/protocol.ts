import protobuf from 'protobufjs'

/**
 * The part of etcd's v3 API that is used here, as its rpc.proto and kv.proto have it: numbers and types are the wire
 * format, the same since etcd 3.2 (progressRequest: 3.4). Enums are written as their numbers.
 */
const source = `syntax = "proto3";
message Header { int64 revision = 3; }
message KeyValue {
  bytes key = 1;
  int64 createRevision = 2;
  int64 modRevision = 3;
  int64 version = 4;
  bytes value = 5;
  int64 lease = 6;
}
message RangeRequest {
  bytes key = 1;
  bytes rangeEnd = 2;
  int64 limit = 3;
  int64 revision = 4;
  bool keysOnly = 8;
  bool countOnly = 9;
}
message RangeResponse { Header header = 1; repeated KeyValue kvs = 2; bool more = 3; int64 count = 4; }
message PutRequest { bytes key = 1; bytes value = 2; int64 lease = 3; }
message PutResponse { Header header = 1; }
message DeleteRequest { bytes key = 1; bytes rangeEnd = 2; bool prevKv = 3; }
message DeleteResponse { Header header = 1; int64 deleted = 2; repeated KeyValue prevKvs = 3; }
message RequestOp { oneof request { RangeRequest range = 1; PutRequest put = 2; DeleteRequest delete = 3; } }
message ResponseOp { oneof response { RangeResponse range = 1; PutResponse put = 2; DeleteResponse delete = 3; } }
message Compare {
  int32 result = 1;
  int32 target = 2;
  bytes key = 3;
  oneof targetUnion { int64 modRevision = 6; }
  bytes rangeEnd = 64;
}
message TxnRequest { repeated Compare compare = 1; repeated RequestOp success = 2; repeated RequestOp failure = 3; }
message TxnResponse { Header header = 1; bool succeeded = 2; repeated ResponseOp responses = 3; }
message CompactionRequest { int64 revision = 1; bool physical = 2; }
message CompactionResponse { Header header = 1; }
message WatchCreateRequest {
  bytes key = 1;
  bytes rangeEnd = 2;
  int64 startRevision = 3;
  bool progressNotify = 4;
  bool prevKv = 6;
  bool fragment = 8;
}
message WatchProgressRequest {}
message WatchRequest { oneof request { WatchCreateRequest create = 1; WatchProgressRequest progress = 3; } }
message Event { int32 type = 1; KeyValue kv = 2; KeyValue prevKv = 3; }
message WatchResponse {
  Header header = 1;
  bool created = 3;
  bool canceled = 4;
  int64 compactRevision = 5;
  string cancelReason = 6;
  bool fragment = 7;
  repeated Event events = 11;
}
message LeaseGrantRequest { int64 TTL = 1; int64 ID = 2; }
message LeaseGrantResponse { Header header = 1; int64 ID = 2; int64 TTL = 3; }
message StatusRequest {}
message StatusResponse { Header header = 1; string version = 2; }
`

/** A 64-bit integer as it comes; revisions are far below 2^53. */
export interface Int64 {
  toNumber(): number
}

export interface Header {
  readonly revision: Int64
}

export interface KeyValue {
  readonly key: Uint8Array
  readonly createRevision: Int64
  readonly modRevision: Int64
  /** How often it was written since it was made. */
  readonly version: Int64
  readonly value: Uint8Array
  /** What it ends with; 0: nothing. */
  readonly lease: LeaseId
}

export interface RangeRequest {
  readonly key: Uint8Array
  /** Undefined: the one key. */
  readonly rangeEnd?: Uint8Array
  /** Undefined: no limit. */
  readonly limit?: number
  /** Undefined: the newest. */
  readonly revision?: number
  readonly keysOnly?: boolean
  readonly countOnly?: boolean
}

export interface RangeResponse {
  readonly header: Header
  readonly kvs: readonly KeyValue[]
  readonly more: boolean
  readonly count: Int64
}

export interface PutRequest {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly lease?: LeaseId
}

/** As etcd gave it. */
export type LeaseId = Int64

export interface RequestOp {
  readonly range?: RangeRequest
  readonly put?: PutRequest
  readonly delete?: { readonly key: Uint8Array; readonly rangeEnd?: Uint8Array; readonly prevKv?: boolean }
}

export interface ResponseOp {
  readonly range?: RangeResponse
  readonly delete?: { readonly prevKvs: readonly KeyValue[] }
}

export interface Compare {
  readonly result: 0 | 2
  readonly target: 2
  readonly key: Uint8Array
  readonly rangeEnd?: Uint8Array
  readonly modRevision: number
}

/** Holds when the key was last written at `modRevision`; 0: when it does not exist. */
export const isAt = (key: Uint8Array, modRevision: number): Compare => ({ result: 0, target: 2, key, modRevision })

/** Holds when nothing that is in the range was written after `revision`. */
export function isQuiet(key: Uint8Array, rangeEnd: Uint8Array, revision: number): Compare {
  return { result: 2, target: 2, key, rangeEnd, modRevision: revision + 1 }
}

export interface TxnRequest {
  readonly compare: readonly Compare[]
  readonly success: readonly RequestOp[]
  readonly failure: readonly RequestOp[]
}

export interface TxnResponse {
  readonly header: Header
  readonly succeeded: boolean
  readonly responses: readonly ResponseOp[]
}

export interface WatchRequest {
  readonly create?: {
    readonly key: Uint8Array
    readonly rangeEnd: Uint8Array
    readonly startRevision: number
    readonly progressNotify: boolean
    readonly prevKv: boolean
    readonly fragment: boolean
  }
  readonly progress?: Record<string, never>
}

export interface WatchEvent {
  /** 0: put, 1: delete. */
  readonly type: number
  readonly kv: KeyValue
  /** The state before; null: there was none, or it has been compacted. */
  readonly prevKv: KeyValue | null
}

export interface WatchResponse {
  readonly header: Header
  readonly created: boolean
  readonly canceled: boolean
  /** Above 0: nothing before this revision is known any more. */
  readonly compactRevision: Int64
  readonly cancelReason: string
  /** More events of the same response follow in the next one. */
  readonly fragment: boolean
  readonly events: readonly WatchEvent[]
}

/** How a call is named and how its messages are written and read. */
export interface Method<Request, Response> {
  readonly path: string
  encode(request: Request): Buffer
  decode(bytes: Buffer): Response
}

const { root } = protobuf.parse(source)

function method<Request extends object, Response>(path: string, request: string, response: string) {
  const [requestType, responseType] = [root.lookupType(request), root.lookupType(response)]
  return {
    path,
    encode: (message: Request) => requestType.encode(message).finish() as Buffer,
    decode: (bytes: Buffer) => responseType.decode(bytes) as unknown as Response,
  } satisfies Method<Request, Response>
}

export const methods = {
  range: method<RangeRequest, RangeResponse>('/etcdserverpb.KV/Range', 'RangeRequest', 'RangeResponse'),
  put: method<PutRequest, { header: Header }>('/etcdserverpb.KV/Put', 'PutRequest', 'PutResponse'),
  txn: method<TxnRequest, TxnResponse>('/etcdserverpb.KV/Txn', 'TxnRequest', 'TxnResponse'),
  compact: method<{ revision: number; physical: boolean }, { header: Header }>(
    '/etcdserverpb.KV/Compact',
    'CompactionRequest',
    'CompactionResponse',
  ),
  watch: method<WatchRequest, WatchResponse>('/etcdserverpb.Watch/Watch', 'WatchRequest', 'WatchResponse'),
  grantLease: method<{ TTL: number; ID: number }, { ID: LeaseId }>(
    '/etcdserverpb.Lease/LeaseGrant',
    'LeaseGrantRequest',
    'LeaseGrantResponse',
  ),
  status: method<Record<string, never>, { version: string }>(
    '/etcdserverpb.Maintenance/Status',
    'StatusRequest',
    'StatusResponse',
  ),
}
