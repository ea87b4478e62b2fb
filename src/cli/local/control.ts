/**
 * The control door of a local run: reads and writes the edge's policy store, for `sallyport publish`.
 *
 * It listens on loopback and wants a token that only the owner of `.sallyport/` can read. A page in a browser
 * can reach loopback too, by its own name that resolves there (DNS rebinding) or by a plain form: so the Host
 * must be a loopback address, and requests that a page started, which carry `Origin`, are refused.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isStoreKey, isStorePrefix, type Store, type StoredKey } from '../publish/store.ts'

export interface ControlOptions {
  readonly store: Store
  readonly token: string
  /** 0, the default, takes any free port. */
  readonly port?: number
}

export interface Control {
  readonly url: string
  stop(): Promise<void>
}

interface Answer {
  readonly status: number
  readonly body: Uint8Array | string
}

/** KV's own bound on a value: 25 MiB. */
const MAX_VALUE = 25 * 1024 * 1024
/** KV's own bound on metadata, in base64url. */
const MAX_METADATA = Math.ceil((1024 * 4) / 3)
/** Time a client has to send a request, in milliseconds. */
const REQUEST_TIMEOUT = 30_000

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/

const say = (status: number, body: string): Answer => ({ status, body: `${body}\n` })

/** Why the request may not come in; `undefined` when it may. */
function refuse({ headers }: IncomingMessage, token: string): Answer | undefined {
  if (!LOOPBACK.test(headers.host ?? '') || headers.origin !== undefined)
    return say(403, 'Only programs on this machine may use the control door.')
  const given = createHash('sha256')
    .update(headers.authorization ?? '')
    .digest()
  const wanted = createHash('sha256').update(`Bearer ${token}`).digest()
  if (timingSafeEqual(given, wanted)) return undefined
  return say(401, 'The token of .sallyport/running.json is missing or wrong.')
}

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_VALUE) return undefined
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** The metadata of a write; `undefined` when it is not what `Store.put` sends. */
function readMetadata(header: string | string[] | undefined): StoredKey['metadata'] | undefined {
  if (header === undefined) return {}
  if (typeof header !== 'string' || header.length > MAX_METADATA) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
    const entries: [string, unknown][] = Object.entries(value)
    const plain = entries.filter(
      (entry): entry is [string, string | number] =>
        typeof entry[1] === 'string' || typeof entry[1] === 'number',
    )
    return plain.length === entries.length ? Object.fromEntries(plain) : undefined
  } catch {
    return undefined
  }
}

async function write(store: Store, key: string, request: IncomingMessage): Promise<Answer> {
  const metadata = readMetadata(request.headers['sallyport-metadata'])
  if (metadata === undefined) return say(400, 'Metadata is a flat JSON object of at most 1,024 bytes.')
  const value = await readBody(request)
  if (value === undefined) return say(413, 'A value has at most 25 MiB.')
  const extra = Object.keys(metadata).length === 0 ? {} : { metadata }
  await store.put([{ key, value, ...extra }])
  return { status: 204, body: '' }
}

async function answer(request: IncomingMessage, { store, token }: ControlOptions): Promise<Answer> {
  const refused = refuse(request, token)
  if (refused) return refused
  const target = request.url ?? ''
  if (!URL.canParse(target, 'http://control')) return say(400, 'The target cannot be read.')
  const { pathname, searchParams } = new URL(target, 'http://control')
  const prefix = searchParams.get('prefix')
  if (request.method === 'GET' && pathname === '/store' && prefix !== null && isStorePrefix(prefix))
    return { status: 200, body: JSON.stringify(await store.list(prefix)) }
  const key = pathname.startsWith('/store/') ? pathname.slice('/store/'.length) : ''
  if (!isStoreKey(key)) return say(400, 'This is no key or prefix of the policy store.')
  if (request.method === 'PUT') return write(store, key, request)
  if (request.method !== 'GET') return say(405, 'The control door takes GET and PUT.')
  const value = await store.get(key)
  return value === null ? say(404, 'There is no such key.') : { status: 200, body: new Uint8Array(value) }
}

function send(response: ServerResponse, { status, body }: Answer): void {
  // What was not read of a refused body must not be taken for the next request.
  response.writeHead(status, { 'cache-control': 'no-store', connection: 'close' }).end(body)
}

export async function startControl(options: ControlOptions): Promise<Control> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT }, (request, response) => {
    answer(request, options).then(
      (given) => send(response, given),
      () => send(response, say(500, 'The store of the local edge failed.')),
    )
  })
  await listen(server, options.port ?? 0)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}
