/**
 * The auth server over gRPC: Envoy, Envoy Gateway and whatever else speaks ext_authz.
 * @module
 */
import { createServer } from 'node:net'
import {
  type ConnectionInjector,
  Server as GrpcServer,
  type handleUnaryCall,
  type MethodDefinition,
  ServerCredentials,
  status,
} from '@grpc/grpc-js'
import type { Received } from '../../signature/verify.ts'
import type { Fact } from '../facts.ts'
import { formatAnswer } from './answer.ts'
import type { Decide, Decision } from './decide.ts'
import { type Door, MAX_CONNECTIONS } from './door.ts'
import { formatCheck, readCheck } from './ext-authz.ts'
import {
  CHECK_REQUEST,
  CHECK_RESPONSE,
  type CheckResponse,
  type Codec,
  HEALTH_REQUEST,
  HEALTH_RESPONSE,
  type HealthRequest,
  type HealthResponse,
  SERVING,
} from './ext-authz-messages.ts'
import type { OriginalFailure } from './modes.ts'

export interface GrpcServerOptions {
  readonly decide: Decide
  readonly facts: readonly Fact[]
}

export const CHECK_METHOD = '/envoy.service.auth.v3.Authorization/Check'
export const HEALTH_METHOD = '/grpc.health.v1.Health/Check'

/** Twice what Envoy takes of fields by default (60 KiB): more is an answer of its own, and no admission. */
const MAX_MESSAGE = 131_072

const LIMITS = {
  'grpc.max_receive_message_length': MAX_MESSAGE,
  'grpc.max_concurrent_streams': 1024,
  'grpc.enable_channelz': 0,
}

/** What a service of this name is, by gRPC's health check; the empty name is the whole server. */
const SERVICES: ReadonlySet<string> = new Set(['', 'envoy.service.auth.v3.Authorization'])

type Asked = Received | OriginalFailure

function describe<Q, R>(
  path: string,
  decode: (bytes: Buffer) => Q,
  response: Codec<R>,
): MethodDefinition<Q, R> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    // Of a client; a server never calls it.
    requestSerialize: () => Buffer.alloc(0),
    requestDeserialize: decode,
    responseSerialize: (message) => response.encode(message),
    responseDeserialize: (bytes) => response.decode(bytes),
  }
}

/** Bytes that are no message are a refusal like any other, and counted. */
function decodeCheck(bytes: Buffer): Asked {
  try {
    return readCheck(CHECK_REQUEST.decode(bytes))
  } catch {
    return 'original-form'
  }
}

export function createGrpcServer({ decide, facts }: GrpcServerOptions): Door {
  const check: handleUnaryCall<Asked, CheckResponse> = ({ request }, callback) => {
    const send = (decision: Decision): void =>
      callback(null, formatCheck(formatAnswer(decision, facts), request))
    const decision = decide(request)
    if (decision instanceof Promise) void decision.then(send)
    else send(decision)
  }
  const health: handleUnaryCall<HealthRequest, HealthResponse> = ({ request }, callback) => {
    if (SERVICES.has(request.service)) callback(null, { status: SERVING })
    else callback({ code: status.NOT_FOUND, details: 'unknown service' })
  }
  const grpc = new GrpcServer(LIMITS)
  grpc.addService({ Check: describe(CHECK_METHOD, decodeCheck, CHECK_RESPONSE) }, { Check: check })
  const decodeHealth = (bytes: Buffer): HealthRequest => HEALTH_REQUEST.decode(bytes)
  grpc.addService({ Check: describe(HEALTH_METHOD, decodeHealth, HEALTH_RESPONSE) }, { Check: health })
  return accept(grpc.createConnectionInjector(ServerCredentials.createInsecure()))
}

/** Listens by itself, so that sockets are opened, guarded and closed the same way for both protocols. */
function accept(injector: ConnectionInjector): Door {
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    injector.injectConnection(socket)
  })
  server.maxConnections = MAX_CONNECTIONS
  return { server, drain: (grace) => injector.drain(grace) }
}
