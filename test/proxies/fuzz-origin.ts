/** The application at the end of the fuzzed path: keeps what it saw until the client asks for it by request id. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { closeServer, listen } from '../origin/apps.ts'
import { MAX_HEADER, type Seen } from './echo-origin.ts'

export interface FuzzOrigin {
  readonly port: number
  /** Requests that have arrived, ever. */
  count(): number
  /** What was seen under a request id, once. */
  take(requestId: string): Seen | undefined
  close(): Promise<void>
}

export async function openFuzzOrigin(): Promise<FuzzOrigin> {
  const kept = new Map<string, Seen>()
  let requests = 0
  const server = createServer(
    { maxHeaderSize: MAX_HEADER, keepAliveTimeout: 60_000 },
    (request, response) => {
      const { method = '', url = '', rawHeaders } = request
      const hash = createHash('sha256')
      request.on('data', (chunk: Buffer) => hash.update(chunk))
      request.on('error', () => response.destroy())
      request.on('end', () => {
        requests++
        const seen = { method, url, fields: rawHeaders, bodyHash: hash.digest('base64url') }
        kept.set(String(request.headers['x-request-id']), seen)
        response.writeHead(204).end()
      })
    },
  )
  const port = await listen(server)
  return {
    port,
    count: () => requests,
    take(requestId) {
      const seen = kept.get(requestId)
      kept.delete(requestId)
      return seen
    },
    close: () => closeServer(server),
  }
}
