/**
 * The messages of Envoy's ext_authz and of gRPC's health check, cut down to the fields that are used; whatever
 * else comes is skipped, as protocol buffers have it.
 *
 * Numbers are those of `envoy/service/auth/v3/external_auth.proto`, `…/attribute_context.proto`,
 * `envoy/config/core/v3/base.proto`, `envoy/type/v3/http_status.proto`, `google/rpc/status.proto` and
 * `grpc/health/v1/health.proto`. A map is a list of entries on the wire: read as one, no name that a client
 * chose becomes the name of a property.
 * @module
 */
import protobuf from 'protobufjs/light.js'

const root = protobuf.Root.fromJSON({
  nested: {
    CheckRequest: { fields: { attributes: { type: 'Attributes', id: 1 } } },
    Attributes: { fields: { request: { type: 'RequestAttributes', id: 4 } } },
    RequestAttributes: { fields: { http: { type: 'HttpAttributes', id: 2 } } },
    HttpAttributes: {
      fields: {
        method: { type: 'string', id: 2 },
        headers: { rule: 'repeated', type: 'HeaderValue', id: 3 },
        path: { type: 'string', id: 4 },
        host: { type: 'string', id: 5 },
        headerMap: { type: 'HeaderMap', id: 13 },
      },
    },
    HeaderMap: { fields: { headers: { rule: 'repeated', type: 'HeaderValue', id: 1 } } },
    HeaderValue: {
      fields: {
        key: { type: 'string', id: 1 },
        value: { type: 'string', id: 2 },
        rawValue: { type: 'bytes', id: 3 },
      },
    },
    CheckResponse: {
      fields: {
        status: { type: 'Status', id: 1 },
        deniedResponse: { type: 'DeniedResponse', id: 2 },
        okResponse: { type: 'OkResponse', id: 3 },
      },
    },
    Status: { fields: { code: { type: 'int32', id: 1 } } },
    DeniedResponse: {
      fields: {
        status: { type: 'HttpStatus', id: 1 },
        headers: { rule: 'repeated', type: 'HeaderOption', id: 2 },
        body: { type: 'string', id: 3 },
      },
    },
    HttpStatus: { fields: { code: { type: 'int32', id: 1 } } },
    OkResponse: {
      fields: {
        headers: { rule: 'repeated', type: 'HeaderOption', id: 2 },
        headersToRemove: { rule: 'repeated', type: 'string', id: 5 },
      },
    },
    // `append` (2) stays unset: with it set, Envoy does not look at the action.
    HeaderOption: {
      fields: {
        header: { type: 'HeaderValue', id: 1 },
        appendAction: { type: 'int32', id: 3 },
      },
    },
    HealthRequest: { fields: { service: { type: 'string', id: 1 } } },
    HealthResponse: { fields: { status: { type: 'int32', id: 1 } } },
  },
})

/** What is absent reads as `''`, `[]`, no bytes or `null`. */
export interface HeaderValue {
  readonly key: string
  readonly value: string
  readonly rawValue?: Uint8Array
}

export interface CheckRequest {
  readonly attributes: {
    readonly request: {
      readonly http: {
        readonly method: string
        readonly path: string
        readonly host: string
        readonly headers: readonly HeaderValue[]
        readonly headerMap: { readonly headers: readonly HeaderValue[] } | null
      } | null
    } | null
  } | null
}

interface HeaderOption {
  readonly header: HeaderValue
  readonly appendAction: number
}

export interface CheckResponse {
  readonly status: { readonly code: number }
  readonly deniedResponse?: {
    readonly status: { readonly code: number }
    readonly headers: readonly HeaderOption[]
    readonly body: string
  }
  readonly okResponse?: {
    readonly headers: readonly HeaderOption[]
    readonly headersToRemove: readonly string[]
  }
}

export interface HealthRequest {
  readonly service: string
}

export interface HealthResponse {
  readonly status: number
}

/** Of a `HeaderOption`: replace whatever the client sent under that name. */
export const OVERWRITE = 2

/** Of a `HealthResponse`. */
export const SERVING = 1

/** Both directions of one message; `decode` throws on bytes that are no such message. */
export interface Codec<T> {
  encode(message: T): Buffer
  decode(bytes: Uint8Array): T
}

function codec<T extends object>(name: string): Codec<T> {
  const type = root.lookupType(name)
  return {
    encode: (message) => Buffer.from(type.encode(message as protobuf.Message<object>).finish()),
    decode: (bytes) => type.decode(bytes) as protobuf.Message<object> & T,
  }
}

export const CHECK_REQUEST: Codec<CheckRequest> = codec('CheckRequest')
export const CHECK_RESPONSE: Codec<CheckResponse> = codec('CheckResponse')
export const HEALTH_REQUEST: Codec<HealthRequest> = codec('HealthRequest')
export const HEALTH_RESPONSE: Codec<HealthResponse> = codec('HealthResponse')
