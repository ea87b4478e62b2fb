/** What a local run can be told of a simulated client's connection and of Cloudflare's opinion of it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask } from './exchange.ts'
import { type OpenEdge, openEdge } from './open-edge.ts'

const CIPHERS = 'JZtiTn8H/ntxORk+XXvU2EvNoz8='
const CUSTOM = `rules:
  - id: ciphers
    expression: http.request.uri.path eq "/ciphers" and cf.tls_ciphers_sha1 eq "${CIPHERS}"
    action: block
  - id: extensions
    expression: http.request.uri.path eq "/extensions" and cf.tls_client_extensions_sha1 eq "${CIPHERS}"
    action: block
  - id: protocol
    expression: http.request.uri.path eq "/protocol" and http.request.version eq "HTTP/3"
    action: block
  - id: hashes
    expression: http.request.uri.path eq "/hashes" and cf.bot_management.ja3_hash eq "a1" and cf.bot_management.ja4 eq "t13d_b2"
    action: block
  - id: verified
    expression: http.request.uri.path eq "/verified" and cf.bot_management.verified_bot and cf.bot_management.score eq 7
    action: block
`
const ROUTES = `routes:
  - id: site
    hosts: [127.0.0.1]
    path: /
    respond: { status: 200, content_type: text/plain, body: 'passed' }
`

let edge: OpenEdge
beforeAll(async () => {
  edge = await openEdge({
    files: { 'routes/a.yaml': ROUTES, 'custom.yaml': CUSTOM },
  })
})
afterAll(() => edge.stop())

test.each([
  ['/ciphers', `tlsClientCiphersSha1=${CIPHERS}`],
  ['/extensions', `tlsClientExtensionsSha1=${CIPHERS}; country=DE`],
  ['/protocol', 'httpProtocol=HTTP/3'],
  ['/hashes', 'ja3Hash=a1; ja4=t13d_b2'],
  ['/verified', 'score=7; verifiedBot=true; signedAgent=true; clientAcceptEncoding=gzip, br'],
])('%s: a client that is said to have %s has it, and no other', async (target, client) => {
  const played = await ask(edge.url, { target, headers: { 'sallyport-simulate': client } })
  expect(played.status).toBe(403)
  const other = await ask(edge.url, {
    target,
    headers: { 'sallyport-simulate': 'ip=192.0.2.1; verifiedBot=no' },
  })
  expect(other.status).toBe(200)
})
