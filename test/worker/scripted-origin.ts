/** An origin without a verifier: keeps what came off the wire and answers as a test tells it. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { closeServer, listen } from '../origin/apps.ts'

export interface Arrived {
  readonly method: string
  /** The request-target as it stood in the request line. */
  readonly target: string
  /** Lower-case names in the order they came, duplicates and all. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: Promise<Buffer>
  /** Resolves when the connection's end is known: true when it closed before the answer was out. */
  readonly leftEarly: Promise<boolean>
}

export type Script = (request: IncomingMessage, response: ServerResponse) => unknown

export interface ScriptedOrigin {
  readonly url: string
  readonly host: string
  readonly server: Server
  /** Requests since the last `clear`, oldest first. */
  readonly arrived: Arrived[]
  /** Answers requests for exactly this path, query aside. */
  on(path: string, script: Script): void
  onUpgrade(script: (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown): void
  close(): Promise<void>
}

/** The last request that arrived, or an error that says that none did. */
export function lastOf(origin: ScriptedOrigin): Arrived {
  const last = origin.arrived.at(-1)
  if (last === undefined) throw new Error('nothing reached the origin')
  return last
}

export function valuesOf(arrived: Arrived, name: string): string[] {
  return arrived.fields.filter(([key]) => key === name).map(([, value]) => value)
}

export async function openOrigin(): Promise<ScriptedOrigin> {
  const scripts = new Map<string, Script>()
  const arrived: Arrived[] = []
  const server = createServer((request, response) => {
    arrived.push(note(request, response))
    const path = request.url?.split('?')[0] ?? ''
    const script = scripts.get(path)
    if (script) script(request, response)
    else response.end('ok')
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    host: `127.0.0.1:${port}`,
    server,
    arrived,
    on: (path, script) => void scripts.set(path, script),
    onUpgrade: (script) => void server.on('upgrade', script),
    close: () => closeServer(server),
  }
}

function note(request: IncomingMessage, response: ServerResponse): Arrived {
  const raw = request.rawHeaders
  const fields: [string, string][] = []
  for (let i = 0; i < raw.length; i += 2) fields.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? ''])
  const chunks: Buffer[] = []
  const body = new Promise<Buffer>((resolve) => {
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks)))
  })
  const leftEarly = new Promise<boolean>((resolve) => {
    response.on('close', () => resolve(!response.writableFinished))
  })
  return { method: request.method ?? '', target: request.url ?? '', fields, body, leftEarly }
}
