/**
 * The tour: what a visitor, an attacker and an operator would try, and what has to come of it.
 * @module
 */
import { gzipSync } from 'node:zlib'
import type { Running } from '../running.ts'
import { BOT_CASES } from './bot-cases.ts'
import { echoOverWebSocket } from './echo.ts'
import { signLikeTheEdge } from './sign-like-the-edge.ts'
import type { Case, Expected } from './tour-case.ts'
import { type Reply, type Sent, send, sendRaw, zeros } from './wire.ts'

const MIB = 1024 * 1024

/** What a script of a page in Firefox sends, so that all of this is as it has to be when bots are challenged. */
const VISITOR: Readonly<Record<string, string>> = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  accept: '*/*',
  'accept-language': 'en-US,en;q=0.5',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'sec-fetch-site': 'same-origin',
}

/** Plays another client; see src/worker/local.ts. */
const as = (simulation: string): Record<string, string> => ({ ...VISITOR, 'sallyport-simulate': simulation })

/** A client address of its own for each tour (RFC 2544 range), so that a second tour is not still blocked. */
const stranger = (): string =>
  `198.18.${Math.floor(Math.random() * 256)}.${1 + Math.floor(Math.random() * 254)}`

const edge = (name: string, sent: Sent, expected: Expected): Case => ({
  name,
  expected,
  run: ({ edge: base }) => send(base, { ...sent, headers: { ...VISITOR, ...sent.headers } }),
})

const get = (name: string, target: string, expected: Expected, headers: Record<string, string> = {}): Case =>
  edge(name, { target, headers }, expected)

const post = (name: string, body: Buffer, headers: Record<string, string>, expected: Expected): Case =>
  edge(
    name,
    {
      method: 'POST',
      target: '/upload',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    },
    expected,
  )

/** Keeps a stranger out through the operator API, and lets it in again. */
async function banned({ edge: base, operatorToken }: Running): Promise<Reply> {
  const key = stranger()
  const operator = { authorization: `Bearer ${operatorToken}` }
  const wish = JSON.stringify({ key, seconds: 60, reason: 'The tour shows a ban.' })
  const headers = { ...operator, 'content-type': 'application/json', 'content-length': String(wish.length) }
  const made = await send(base, { method: 'POST', target: '/.sallyport/api/bans', headers, body: wish })
  if (made.status !== 201) return made
  const reply = await send(base, { target: '/', headers: as(`ip=${key}`) })
  await send(base, { method: 'DELETE', target: `/.sallyport/api/bans?key=${key}`, headers: operator })
  return reply
}

/** Sends many requests one after another as one client and returns the last reply. */
async function repeat(base: string, times: number, sent: Sent): Promise<Reply> {
  let last: Reply = { status: 0, headers: {}, body: '' }
  for (let i = 0; i < times; i++) last = await send(base, sent)
  return last
}

async function flood({ edge: base }: Running): Promise<Reply> {
  const headers = as(`ip=${stranger()}`)
  const replies: Promise<Reply>[] = []
  let last: Reply = { status: 0, headers: {}, body: '' }
  for (let i = 0; i < 400; i++) {
    replies.push(send(base, { target: '/', headers }))
    if (replies.length === 20) {
      const batch = await Promise.all(replies.splice(0))
      last = batch.at(-1) ?? last
    }
  }
  return last
}

async function replaySigned({ origin, keys }: Running): Promise<Reply> {
  const signed = await signLikeTheEdge(keys, new URL(origin).host, '/whoami')
  const first = await send(origin, signed)
  if (first.status !== 200) return { ...first, body: `the first copy was refused: ${first.body}` }
  return send(origin, signed)
}

const smuggled = (host: string): string =>
  `POST /upload HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n` +
  `${Object.entries(VISITOR)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n` +
  '1\r\nZ\r\n0\r\n\r\n'

export const CASES: readonly Case[] = [
  get('normal visit', '/', { status: 200, holds: 'Behind two doors' }),
  get('query and escapes arrive in one form', '/whoami?q=%7ea&r=%c3%a4', {
    status: 200,
    holds: '"/whoami?q=~a&r=%C3%A4"',
  }),
  get(
    'spoofed X-Forwarded-For and Forwarded',
    '/whoami',
    { status: 200, lacks: '6.6.6.6' },
    {
      'x-forwarded-for': '6.6.6.6',
      'x-real-ip': '6.6.6.6',
      forwarded: 'for=6.6.6.6',
      'cf-connecting-ip': '6.6.6.6',
    },
  ),
  get(
    'spoofed Sallyport-* and Signature',
    '/whoami',
    { status: 200, lacks: '6.6.6.6' },
    {
      'sallyport-client': 'ip="6.6.6.6", host="evil", scheme=https',
      'sallyport-verdict': 'action=pass',
      signature: 'sallyport=:AAAA:',
      'signature-input': 'sallyport=()',
    },
  ),
  get(
    'header with an underscore is dropped',
    '/whoami',
    { status: 200, lacks: '6.6.6.6' },
    { x_forwarded_for: '6.6.6.6' },
  ),
  {
    name: 'direct hit on the origin',
    expected: { status: 401, rule: 'origin' },
    run: ({ origin }) => send(origin, { target: '/whoami' }),
  },
  { name: 'direct hit with forged signature', expected: { status: 403, rule: 'origin' }, run: forge },
  { name: 'replayed signed request', expected: { status: 403, rule: 'origin' }, run: replaySigned },
  {
    name: 'health probe on the opt-out path',
    expected: { status: 200 },
    run: ({ origin }) => send(origin, { target: '/healthz' }),
  },
  get('denied network', '/', { status: 403, rule: 'access.blocklist' }, as('ip=192.0.2.77')),
  get('allowed host inside the denied network', '/', { status: 200 }, as('ip=192.0.2.10')),
  get(
    'IPv4-mapped IPv6 is the same network',
    '/',
    { status: 403, rule: 'access.blocklist' },
    as('ip=::ffff:192.0.2.77'),
  ),
  get('denied ASN', '/', { status: 403, rule: 'access.blocklist' }, as('ip=203.0.113.5; asn=64496')),
  get(
    'country outside the allow list',
    '/eu',
    { status: 403, rule: 'access.eu-only' },
    as('ip=198.19.0.5; country=US'),
  ),
  get('country on the allow list', '/eu', { status: 200 }, as('ip=198.19.0.5; country=FR')),
  get('admin page from outside', '/admin', { status: 403, rule: 'access.admin' }, as('ip=198.19.0.5')),
  get('scanner asks for a secret file', '/.git/config', { status: 404, rule: 'rules.secrets' }),
  get('old page, moved by an expression', '/old/a?b=1', { status: 301 }),
  get(
    'login through Tor is challenged',
    '/login',
    { status: 403, rule: 'rules.tor-login' },
    as('ip=198.19.0.6; country=T1'),
  ),
  get(
    'admin page through an escaped path',
    '/%61dmin',
    { status: 403, rule: 'access.admin' },
    as('ip=198.19.0.5'),
  ),
  get('admin page from our own network', '/admin', { status: 200 }, as('ip=198.51.100.5')),
  get('%00 in the path', '/a%00b', { status: 400, rule: 'hygiene.nul' }),
  get('bad escape', '/a%zzb', { status: 400, rule: 'hygiene.bad-escape' }),
  get('dot segments', '/a/../admin', { status: 400, rule: 'hygiene.dot-segment' }),
  get('encoded dot segments', '/a/%2e%2e/admin', { status: 400, rule: 'hygiene.dot-segment' }),
  get('encoded slash', '/a%2Fb', { status: 400, rule: 'hygiene.encoded-slash' }),
  get('encoded slash where the route relaxes it', '/files/a%2Fb', { status: 200, holds: '/files/a%2Fb' }),
  get('double encoding', '/a%252e%252e/b', { status: 400, rule: 'hygiene.double-encoding' }),
  edge('TRACE', { method: 'TRACE', target: '/' }, { status: 405, rule: 'hygiene.method' }),
  get('URL of 9 KiB', `/${'a'.repeat(9000)}`, { status: 414, rule: 'hygiene.url-too-long' }),
  get('150 header fields', '/', { status: 431, rule: 'hygiene.header-count' }, manyHeaders(150)),
  edge(
    'GET with content',
    { target: '/', body: 'x', headers: { 'content-length': '1' } },
    { status: 400, rule: 'hygiene.body-not-allowed' },
  ),
  get('unknown host', '/', { status: 421, rule: 'route.unknown-host' }, { host: 'evil.example' }),
  {
    name: 'CL+TE at the edge: read as chunked, nothing smuggled',
    expected: { status: 200, holds: '"received": 1' },
    run: ({ edge: base }) => sendRaw(base, smuggled(new URL(base).host)),
  },
  {
    name: 'CL+TE at the origin',
    expected: { status: 400, rule: 'origin' },
    run: ({ origin }) => sendRaw(origin, smuggled(new URL(origin).host)),
  },
  get('redirect at the edge', '/old?a=1', { status: 308 }),
  get('fixed response at the edge', '/robots.txt', { status: 200, holds: 'Disallow' }),
  get('byte range', '/range', { status: 206, holds: 'cdef' }, { range: 'bytes=2-5' }),
  get('server-sent events', '/events?count=3', { status: 200, holds: 'tick 3' }),
  {
    name: 'WebSocket echo',
    expected: { status: 101, holds: 'through both doors' },
    run: ({ edge: base }) => echoOverWebSocket(base, VISITOR),
  },
  edge(
    '10 MiB upload',
    {
      method: 'POST',
      target: '/upload',
      headers: { 'content-length': String(10 * MIB) },
      body: () => zeros(10 * MIB),
    },
    { status: 200, holds: '10485760' },
  ),
  edge(
    'upload over the cap, length declared',
    { method: 'POST', target: '/upload', headers: { 'content-length': String(30 * MIB) } },
    { status: 413, rule: 'hygiene.body-too-large' },
  ),
  edge(
    'upload over the cap, length not declared',
    { method: 'POST', target: '/upload', body: () => zeros(30 * MIB) },
    { status: 413, rule: 'hygiene.body-too-large' },
  ),
  post(
    'compressed bomb of 20 MiB',
    gzipSync(Buffer.alloc(20 * MIB)),
    { 'content-type': 'text/plain', 'content-encoding': 'gzip' },
    { status: 413, rule: 'body.compressed-bomb' },
  ),
  post(
    'JSON nested a thousand deep',
    Buffer.from('['.repeat(1000) + ']'.repeat(1000)),
    { 'content-type': 'application/json' },
    { status: 413, rule: 'body.json-depth' },
  ),
  post(
    'XML that declares entities',
    Buffer.from('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    { 'content-type': 'application/xml' },
    { status: 400, rule: 'body.xml-doctype' },
  ),
  {
    name: 'sixth failed login in a minute',
    expected: { status: 429, rule: 'limits.login-address' },
    run: ({ edge: base }) =>
      repeat(base, 6, { method: 'POST', target: '/login', headers: as(`ip=${stranger()}`), body: 'x' }),
  },
  { name: 'address that an operator has banned', expected: { status: 403, rule: 'dos.ban' }, run: banned },
  {
    name: 'flood of 400 requests from one address',
    expected: { status: 429, rule: 'limits.flood' },
    run: flood,
  },
  get('a neighbour during the flood', '/', { status: 200 }, as(`ip=${stranger()}`)),
  ...BOT_CASES,
]

function manyHeaders(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`x-many-${i}`, '1']))
}

async function forge({ origin, keys }: Running): Promise<Reply> {
  const signed = await signLikeTheEdge(keys, new URL(origin).host, '/whoami')
  return send(origin, { ...signed, target: '/admin' })
}
