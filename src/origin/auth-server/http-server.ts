/**
 * The auth server over HTTP/1.1: nginx `auth_request`, Caddy, Apache, Traefik, ext_authz over HTTP.
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Fact } from '../facts.ts'
import { type Answer, formatAnswer, REFUSAL } from './answer.ts'
import type { Decide, Decision } from './decide.ts'
import { MAX_CONNECTIONS } from './door.ts'
import type { ReadOriginal } from './modes.ts'

export interface HttpServerOptions {
  readonly readOriginal: ReadOriginal
  readonly decide: Decide
  readonly facts: readonly Fact[]
  /** Called when what came was no HTTP, or could not be answered. */
  readonly onMalformed: () => void
}

/** All fields of an auth request in bytes: twice what load balancers take from a client by default. */
const MAX_FIELDS = 65_536

/**
 * Longer than load balancers keep idle connections (nginx 60 s, Go 90 s, Envoy an hour), so that it is they who
 * close: a question sent into a closing connection is a client refused.
 */
const KEEP_ALIVE = 3_700_000

const REQUEST_TIMEOUT = 10_000

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

export function createHttpServer(options: HttpServerOptions): Server {
  const { readOriginal, decide, facts, onMalformed } = options

  function decideOn({ method = '', url = '', rawHeaders }: IncomingMessage): Decision | Promise<Decision> {
    return decide(readOriginal({ method, target: url, fields: rawHeaders }))
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const send = (settled: Decision): void => sendAnswer(request, response, formatAnswer(settled, facts))
    // A defect of ours, such as a value that cannot stand in a field, must end no process and let nobody in.
    const fail = (): void => {
      onMalformed()
      if (response.headersSent) response.destroy()
      else sendAnswer(request, response, REFUSAL)
    }
    try {
      const decision = decideOn(request)
      if (decision instanceof Promise) void decision.then(send).catch(fail)
      else send(decision)
    } catch {
      fail()
    }
  }

  const server = createServer(
    {
      maxHeaderSize: MAX_FIELDS,
      keepAliveTimeout: KEEP_ALIVE,
      headersTimeout: REQUEST_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      noDelay: true,
      // Finds out about peers that are gone without a word.
      keepAlive: true,
    },
    answer,
  )
  server.maxConnections = MAX_CONNECTIONS
  // Node drops fields beyond its count without a word; a repeated field among them would never be seen.
  server.maxHeadersCount = 0
  // A client's Expect reaches the server through some load balancers; the answer is the same.
  server.on('checkContinue', answer)
  server.on('checkExpectation', answer)
  // No listener for `upgrade`: Node then answers a client's WebSocket handshake like any request. CONNECT has
  // no such way, and no target that could be signed.
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuseSocket(socket, onMalformed))
  server.on('clientError', (_error: Error, socket: Duplex) => refuseSocket(socket, onMalformed))
  return server
}

function refuseSocket(socket: Duplex, onMalformed: () => void): void {
  onMalformed()
  socket.on('error', () => socket.destroy())
  // Not only ended: a peer that never ends would keep it for ever.
  if (socket.writable) socket.end(BAD_REQUEST, () => socket.destroy())
  else socket.destroy()
}

function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  response.sendDate = false
  if (answer.status === 200) {
    response.writeHead(200, ['Content-Length', '0', ...answer.fields])
    response.end()
    return
  }
  response.writeHead(answer.status, [...answer.fields])
  response.end(request.method === 'HEAD' ? undefined : answer.body)
}
