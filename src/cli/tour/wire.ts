/**
 * Requests as an attacker would send them: raw targets, any header, raw bytes.
 * @module
 */
import { type ClientRequest, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Sent {
  readonly method?: string
  /** Raw request-target; nothing is normalised. */
  readonly target: string
  readonly headers?: Readonly<Record<string, string>>
  /** A function makes a body in pieces, anew each time that it is sent. */
  readonly body?: string | Buffer | (() => AsyncIterable<Buffer>)
}

/** Characters of a reply that are kept. */
const MAX_BODY = 65_536
const TIMEOUT_MS = 20_000

/** A server that refuses an upload closes the connection, which can take its answer with it: then we ask again. */
const TIMES = 4

export async function send(base: string, sent: Sent): Promise<Reply> {
  for (let time = 1; ; time++) {
    try {
      return await sendOnce(base, sent)
    } catch (error) {
      if (typeof sent.body !== 'function' || time === TIMES || !isCut(error)) throw error
    }
  }
}

function isCut(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}

function sendOnce(base: string, { method = 'GET', target, headers = {}, body }: Sent): Promise<Reply> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      hostname,
      port,
      method,
      path: target,
      headers,
      agent: false,
      timeout: TIMEOUT_MS,
    })
    let answered = false
    request.on('response', (response) => {
      answered = true
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        if (text.length < MAX_BODY) text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error('no answer in time')))
    // A refused upload is answered before all of it was sent: writing the rest then fails, which is fine.
    request.on('error', (error) => {
      if (!answered) reject(error)
    })
    if (typeof body === 'function') void pump(body(), request)
    else request.end(body)
  })
}

/** Writes a body as fast as it is taken; stops when the server has closed. */
async function pump(body: AsyncIterable<Buffer>, request: ClientRequest): Promise<void> {
  for await (const chunk of body) {
    if (request.destroyed) return
    if (request.write(chunk)) continue
    await new Promise<void>((resolve) => {
      const go = (): void => {
        request.off('drain', go).off('close', go)
        resolve()
      }
      request.on('drain', go).on('close', go)
    })
  }
  request.end()
}

/** Sends bytes as they are and reads until the server closes or has been silent for a moment. */
export function sendRaw(base: string, text: string): Promise<Reply> {
  const { hostname, port } = new URL(base)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, 'latin1'))
    let received = ''
    const finish = (): void => {
      socket.destroy()
      resolve(parseReply(received))
    }
    socket.setEncoding('latin1')
    socket.setTimeout(1500, finish)
    socket.on('data', (chunk: string) => {
      if (received.length < MAX_BODY) received += chunk
    })
    socket.on('close', finish)
    socket.on('error', reject)
  })
}

function parseReply(text: string): Reply {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  const split = text.indexOf('\r\n\r\n')
  return { status, headers: {}, body: split === -1 ? '' : text.slice(split + 4) }
}

/** A body of so many zero bytes, in chunks of 64 KiB. */
export async function* zeros(bytes: number): AsyncGenerator<Buffer> {
  const chunk = Buffer.alloc(65_536)
  for (let left = bytes; left > 0; left -= chunk.length)
    yield left >= chunk.length ? chunk : chunk.subarray(0, left)
}
