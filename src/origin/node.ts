/**
 * `sallyport/origin`: the verifier in front of a `node:http` server.
 *
 * ```js
 * createServer(guard(app, { keys: process.env.SALLYPORT_KEYS })).listen(8080)
 * ```
 *
 * HTTP/1.1 only: HTTP/2 has no `Host` field and is refused.
 * @module
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { admit } from './incoming.ts'
import type { Admitted, Outcome, Refused } from './outcome.ts'
import { formatProblem } from './problem.ts'
import { createVerifier, type Verifier, type VerifierOptions } from './verifier.ts'

/** A request that came in. Headers are restored; `sallyport` says what was signed. */
export type AdmittedRequest = IncomingMessage & { sallyport: Admitted }

/** Options to make a verifier, or one made before: the doors of one process share it, and its memory. */
export type DoorOptions = VerifierOptions | Verifier

/** The adapters unwrap authenticated chunks, so a verifier made for one takes such bodies. */
export function toVerifier(options: DoorOptions): Verifier {
  return 'verify' in options ? options : createVerifier({ acceptBodyChunks: true, ...options })
}

function announcesBody(request: IncomingMessage): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  return encoding !== undefined || (length !== undefined && length !== '0')
}

/** Answers a refused request and closes its connection when a body may still be on the way. */
export function sendProblem(request: IncomingMessage, response: ServerResponse, refused: Refused): void {
  const problem = formatProblem(refused)
  const close = announcesBody(request) ? { connection: 'close' } : {}
  response.writeHead(problem.status, { ...problem.headers, ...close })
  response.end(request.method === 'HEAD' ? undefined : problem.body)
}

function mark(request: IncomingMessage, admitted: Admitted): asserts request is AdmittedRequest {
  Object.defineProperty(request, 'sallyport', { value: admitted, enumerable: true })
}

/**
 * Wraps a listener for `request`: it is called for admitted requests only.
 * @throws TypeError or RangeError at once when an option is wrong.
 */
export function guard(
  handler: (request: AdmittedRequest, response: ServerResponse) => unknown,
  options: DoorOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const verifier = toVerifier(options)
  return function guarded(request, response) {
    const proceed = (outcome: Outcome): unknown => {
      if (!outcome.ok) return sendProblem(request, response, outcome)
      mark(request, outcome)
      return handler(request, response)
    }
    const outcome = admit(request, verifier)
    if (outcome instanceof Promise) void outcome.then(proceed)
    else proceed(outcome)
  }
}

/** Wraps a listener for `upgrade`, such as a WebSocket server's: same rules, same restored headers. */
export function guardUpgrade(
  handler: (request: AdmittedRequest, socket: Duplex, head: Buffer) => unknown,
  options: DoorOptions,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const verifier = toVerifier(options)
  return function guardedUpgrade(request, socket, head) {
    const drop = (): void => void socket.destroy()
    // Until the handler has the socket, a broken one must not bring the process down.
    socket.on('error', drop)
    const proceed = (outcome: Outcome): unknown => {
      if (!outcome.ok) return refuseUpgrade(socket, outcome)
      mark(request, outcome)
      socket.off('error', drop)
      return handler(request, socket, head)
    }
    if (announcesBody(request)) {
      refuseUpgrade(socket, refuseContent(request, verifier))
      return
    }
    const outcome = admit(request, verifier)
    if (outcome instanceof Promise) void outcome.then(proceed)
    else proceed(outcome)
  }
}

/** No upgrade carries a body (RFC 6455 section 4.1), and Node would never hand one over. Asked for the record of it. */
function refuseContent(request: IncomingMessage, verifier: Verifier): Refused {
  const { method = '', url: target = '', rawHeaders: fields } = request
  const outcome = verifier.verify({ method, target, fields })
  const isRefused = !(outcome instanceof Promise) && !outcome.ok
  return isRefused ? outcome : { ok: false, status: 403, failure: 'framing' }
}

function refuseUpgrade(socket: Duplex, refused: Refused): void {
  const { status, headers, body } = formatProblem(refused)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const reason = status === 401 ? 'Unauthorized' : 'Forbidden'
  const text = `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}connection: close\r\n\r\n${body}`
  // Not only ended: Node's timeouts do not reach it any more, and a peer that never ends would keep it for ever.
  socket.end(text, () => socket.destroy())
}
