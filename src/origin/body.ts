/**
 * Reads a covered body and puts it back, so that the application reads it as if nobody had.
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** Bodies read here, for adapters whose framework refuses a stream that has been read before. */
const read = new WeakMap<IncomingMessage, Buffer>()

/** The body that `readBody` has read from this request, if it has. */
export function recallBody(request: IncomingMessage): Buffer | undefined {
  return read.get(request)
}

/**
 * Reads all of a request's body, at most `max` bytes. Answers in the moment the last byte has come, with
 * the body put back (`unshift`) before the stream ends: whoever is called then must start to read or pause.
 */
export function readBody(request: IncomingMessage, max: number): Promise<Buffer | 'too-large' | 'lost'> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (length === undefined && encoding === undefined) return Promise.resolve(Buffer.alloc(0))
  if (length !== undefined && Number(length) > max) return Promise.resolve('too-large')
  if (length !== undefined && Number(length) === 0) return Promise.resolve(Buffer.alloc(0))
  return new Promise((resolve) => collect(request, max, resolve))
}

/** All that has come so far. read() at the very end would announce the end, so it is never called for nothing. */
function drain(request: IncomingMessage): Buffer[] {
  const got: Buffer[] = []
  while (request.readableLength > 0) {
    const chunk: unknown = request.read()
    if (!Buffer.isBuffer(chunk)) break
    got.push(chunk)
  }
  return got
}

function collect(
  request: IncomingMessage,
  max: number,
  resolve: (body: Buffer | 'too-large' | 'lost') => void,
): void {
  const chunks: Buffer[] = []
  let size = 0

  function settle(body: Buffer | 'too-large' | 'lost'): void {
    request.off('readable', onReadable)
    request.off('error', onLost)
    request.off('close', onLost)
    resolve(body)
  }

  function onLost(): void {
    settle('lost')
  }

  function onReadable(): void {
    const got = drain(request)
    for (const chunk of got) size += chunk.length
    if (size > max) {
      settle('too-large')
      return
    }
    chunks.push(...got)
    if (!request.complete) {
      // Asks for more; harmless while the end has not come.
      request.read(0)
      return
    }
    const body = Buffer.concat(chunks, size)
    if (size > 0) request.unshift(body)
    read.set(request, body)
    settle(body)
  }

  // What is over, as after a wait for the replay store, tells nobody any more.
  if (request.destroyed) settle('lost')
  else if (request.complete) onReadable()
  else {
    request.on('readable', onReadable)
    request.on('error', onLost)
    request.on('close', onLost)
    if (request.readableLength > 0) onReadable()
  }
}
