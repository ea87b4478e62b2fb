/** Keys, messages and arbitraries that the signature tests share. */
import fc from 'fast-check'
import type { SignedMessage } from '../../src/signature/base.ts'
import type { ClientFields, Verdict } from '../../src/signature/fields.ts'
import { serializeClient, serializeVerdict } from '../../src/signature/fields.ts'
import type { SignatureFields } from '../../src/signature/sign.ts'
import type { Received } from '../../src/signature/verify.ts'

export const NOW = 1_795_000_000

export const CLIENT: ClientFields = {
  ip: '203.0.113.77',
  host: 'shop.example',
  scheme: 'https',
  port: 50123,
  country: 'NO',
  asn: 64496,
  colo: 'OSL',
  tls: 'TLSv1.3',
  protocol: 'HTTP/2',
}

export const VERDICT: Verdict = {
  action: 'pass',
  policy: '0123456789abcdef',
  route: 'shop',
  log: ['access.x', 'limits.y'],
}

export const REQUEST_ID = '0192f0c1-7d5e-7abc-8def-0123456789ab'

export const NONCE = 'AAECAwQFBgcICQoLDA0ODw'

export const MESSAGE: SignedMessage = {
  method: 'GET',
  authority: 'origin.example',
  path: '/a/b',
  query: '?c=d&e',
  client: serializeClient(CLIENT) ?? '',
  verdict: serializeVerdict(VERDICT) ?? '',
  requestId: `"${REQUEST_ID}"`,
}

/** The request a message and its signature become on the wire. */
export function receive(message: SignedMessage, signed: SignatureFields): Received {
  const fields = [
    'Host',
    message.authority,
    'User-Agent',
    'test',
    'Sallyport-Client',
    message.client,
    'Sallyport-Verdict',
    message.verdict,
    'Sallyport-Request-Id',
    message.requestId,
    'Signature-Input',
    signed.signatureInput,
    'Signature',
    signed.signature,
  ]
  if (message.contentDigest !== undefined) fields.push('Content-Digest', message.contentDigest)
  if (message.body !== undefined) fields.push('Sallyport-Body', message.body)
  return {
    method: message.method,
    target: message.path + (message.query === '?' ? '' : message.query),
    fields,
  }
}

const octet = fc.integer({ min: 0, max: 255 })
const ipv4 = fc.tuple(octet, octet, octet, octet).map((parts) => parts.join('.'))
const ip = fc.oneof(
  ipv4,
  fc.ipV6().map((text) => text.toLowerCase()),
)
const host = fc.oneof(
  fc.domain().map((name) => name.toLowerCase()),
  fc.constantFrom('localhost:8787', '[2001:db8::1]:8443', '_srv.example'),
)
const characters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Client facts, every optional one there or not. */
export const clients: fc.Arbitrary<ClientFields> = fc.record(
  {
    ip,
    host,
    scheme: fc.constantFrom('http', 'https'),
    port: fc.integer({ min: 1, max: 65_535 }),
    country: characters(UPPER, 2, 2),
    asn: fc.integer({ min: 0, max: 4_294_967_295 }),
    colo: characters(UPPER, 3, 3),
    tls: fc.constantFrom('TLSv1.2', 'TLSv1.3', 'none'),
    protocol: fc.constantFrom('HTTP/1.1', 'HTTP/2', 'HTTP/3'),
  },
  { requiredKeys: ['ip', 'host', 'scheme'] },
)

const id = fc.oneof(
  characters('abcdefghijklmnopqrstuvwxyz0123456789._:/-', 1, 40),
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }).filter((s) => s.isWellFormed()),
)

const bot = fc.oneof(
  fc.constantFrom('none likely-human 0 - -', `verified unsure 35 a,b Yahoo! Slurp/3 (it's +1 & more), log=(`),
  characters("az09 -_./!+'()&:,=%~#;[]", 1, 128).filter((text) => text.trim() === text),
)

export const verdicts: fc.Arbitrary<Verdict> = fc.record(
  {
    action: fc.constant('pass' as const),
    policy: characters('0123456789abcdef', 16, 16),
    route: id,
    log: fc.array(id, { maxLength: 16 }),
    bot,
  },
  { requiredKeys: ['action', 'policy', 'route', 'log'] },
)

const PCHAR = "abcXYZ019-._~!$&'()*+,;=:@"
const segment = fc.oneof(
  characters(PCHAR, 1, 12).filter((s) => s !== '.' && s !== '..'),
  fc.constantFrom('%2F', '%C3%A9', 'a%20b'),
)

export const messages: fc.Arbitrary<SignedMessage> = fc.record(
  {
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'),
    authority: fc.oneof(
      fc.domain().map((name) => name.toLowerCase()),
      fc.constant('127.0.0.1:8080'),
    ),
    path: fc.array(segment, { maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
    // Without the apostrophe, which WHATWG URLs escape in queries: one of the libraries signs such a URL.
    query: characters(`${PCHAR.replace("'", '')}/?`, 0, 40).map((text) => `?${text}`),
    client: clients.map((client) => serializeClient(client) ?? ''),
    verdict: verdicts.map((verdict) => serializeVerdict(verdict) ?? ''),
    requestId: fc.uuid().map((id) => `"${id}"`),
    contentDigest: fc
      .uint8Array({ minLength: 32, maxLength: 32 })
      .map((bytes) => `sha-256=:${Buffer.from(bytes).toString('base64')}:`),
  },
  { requiredKeys: ['method', 'authority', 'path', 'query', 'client', 'verdict', 'requestId'] },
)

export const nonces: fc.Arbitrary<string> = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'))
