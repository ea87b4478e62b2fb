/** The application behind a door under test: remembers what reached it, and tells it. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { closeServer, listen } from '../origin/apps.ts'

/** A request as the application got it. */
export interface Seen {
  readonly method: string
  readonly url: string
  /** Names and values by turns, as they came off the wire, or as a middleware restored them. */
  readonly fields: readonly string[]
  /** SHA-256 of the content in base64url; empty while it has not come whole. */
  bodyHash: string
}

/** Every answer of the application has this field, for those who look at it with their own eyes. */
const REACHED = 'x-reached'

export interface EchoOrigin {
  readonly port: number
  /** What has arrived since the last call. */
  take(): readonly Seen[]
  close(): Promise<void>
}

/** More than this is not remembered: a suite looks after each request. */
const MAX_SEEN = 10_000

export const hashBody = (body: string | Buffer): string =>
  createHash('sha256')
    .update(typeof body === 'string' ? Buffer.from(body, 'latin1') : body)
    .digest('base64url')

/** What a request shows on arrival, before its content is read. */
export function noteRequest(seen: Seen[], request: IncomingMessage): Seen {
  const { method = '', url = '', rawHeaders } = request
  const saw: Seen = { method, url, fields: rawHeaders, bodyHash: '' }
  if (seen.length < MAX_SEEN) seen.push(saw)
  return saw
}

/** A listener that answers every request with what it saw, after reading all of the content. */
export function createEcho(seen: Seen[]): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const saw = noteRequest(seen, request)
    const hash = createHash('sha256')
    request.on('data', (chunk: Buffer) => hash.update(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      saw.bodyHash = hash.digest('base64url')
      const told = Buffer.from(JSON.stringify(saw))
      response.writeHead(200, {
        [REACHED]: 'application',
        'content-type': 'application/json',
        'content-length': told.length,
      })
      response.end(request.method === 'HEAD' ? undefined : told)
    })
  }
}

/** Larger than any proxy's bound on a head: what a proxy lets through must be seen. */
export const MAX_HEADER = 262_144

export async function openEchoOrigin(): Promise<EchoOrigin> {
  const seen: Seen[] = []
  const server = createServer({ maxHeaderSize: MAX_HEADER, keepAliveTimeout: 60_000 }, createEcho(seen))
  const port = await listen(server)
  return { port, take: () => seen.splice(0), close: () => closeServer(server) }
}
