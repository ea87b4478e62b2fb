/**
 * The demo site behind the verifier: small, real, and able to show everything that travels through the doors.
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { AdmittedRequest } from '../../origin/node.ts'
import { page } from './page.ts'

type Handler = (request: AdmittedRequest, response: ServerResponse, url: URL) => unknown

const text = (response: ServerResponse, status: number, body: string): unknown =>
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(body)

const json = (response: ServerResponse, body: unknown): unknown =>
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(body, null, 2)}\n`)

/** What the origin knows of a request after the verifier: shown, so that anybody can see it is the truth. */
const whoami: Handler = (request, response) =>
  json(response, {
    method: request.method,
    target: request.url,
    host: request.headers.host,
    'x-forwarded-for': request.headers['x-forwarded-for'],
    'x-forwarded-proto': request.headers['x-forwarded-proto'],
    sallyport: request.sallyport,
  })

/** Counts what is uploaded without keeping it. */
const upload: Handler = (request, response) => {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  request.on('end', () => json(response, { received: bytes }))
}

/** Server-sent events, one every 100 ms: proof that nothing buffers. */
const events: Handler = (request, response, url) => {
  const total = Math.min(Number(url.searchParams.get('count') ?? 5) || 5, 100)
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  let sent = 0
  const timer = setInterval(() => {
    sent++
    response.write(`id: ${sent}\ndata: tick ${sent}\n\n`)
    if (sent >= total) {
      clearInterval(timer)
      response.end()
    }
  }, 100)
  request.on('close', () => clearInterval(timer))
  response.on('close', () => clearInterval(timer))
}

/** A body of known bytes that supports one byte range (RFC 9110 section 14). */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'
const range: Handler = (request, response) => {
  const match = /^bytes=(\d{1,4})-(\d{0,4})$/.exec(request.headers.range ?? '')
  if (match === null) {
    return response.writeHead(200, { 'content-type': 'text/plain', 'accept-ranges': 'bytes' }).end(ALPHABET)
  }
  const from = Number(match[1])
  const to = Math.min(match[2] === '' ? ALPHABET.length - 1 : Number(match[2]), ALPHABET.length - 1)
  if (from > to) return response.writeHead(416, { 'content-range': `bytes */${ALPHABET.length}` }).end()
  return response
    .writeHead(206, {
      'content-type': 'text/plain',
      'content-range': `bytes ${from}-${to}/${ALPHABET.length}`,
    })
    .end(ALPHABET.slice(from, to + 1))
}

const home: Handler = (request, response) =>
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(request.sallyport))

const HANDLERS: Readonly<Record<string, Handler>> = {
  'GET /': home,
  'GET /whoami': whoami,
  'GET /admin': (_request, response) => text(response, 200, 'The admin page.\n'),
  'GET /eu': (_request, response) => text(response, 200, 'For the European Union.\n'),
  'GET /new': (_request, response) => text(response, 200, 'The page that /old moved to.\n'),
  'GET /events': events,
  'GET /range': range,
  'GET /healthz': (_request, response) => text(response, 200, 'ok\n'),
  'POST /login': (_request, response) => text(response, 401, 'Wrong password.\n'),
  'POST /upload': upload,
  'PUT /upload': upload,
}

/** The listener; call it behind `guard`. */
export function serveSite(request: AdmittedRequest, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://site.invalid')
  const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
  const handler =
    HANDLERS[`${method} ${url.pathname}`] ?? (url.pathname.startsWith('/files/') ? whoami : undefined)
  if (handler) handler(request, response, url)
  else text(response, 404, 'No such page.\n')
}
