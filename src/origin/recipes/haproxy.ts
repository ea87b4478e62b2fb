/**
 * HAProxy: verifies each request itself, with its own converters, and remembers nonces in a stick table.
 *
 * Run with 2.6, built with PCRE2 and OpenSSL as distributions do. Its keywords are in the manuals of later versions too.
 * @module
 */
import { formatUrlHost } from './addresses.ts'
import type { Description, Recipe } from './description.ts'
import { formatChecks, formatConditions } from './haproxy-checks.ts'
import { formatProbes } from './haproxy-probes.ts'
import { formatRefusals } from './haproxy-refusals.ts'
import { formatRestoring } from './haproxy-restore.ts'

/** The map beside the key set that `sallyport origin haproxy-keys` writes: `origin.jwks.json` to `origin.map`. */
export function mapPath(keys: string): string {
  return `${keys.replace(/(?:\.jwks)?(?:\.json)?$/, '')}.map`
}

function indent(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}\n`).join('')
}

/** Seconds for which a signature may still be good after it was first seen, and one for rounding. */
function nonceLife({ maxTtl, skew }: Description): number {
  return maxTtl + 2 * skew + 1
}

function formatHead(description: Description, map: string): string {
  return `# The second door: only what the edge has signed gets to the application. Made by "sallyport origin config".
#
# 1. Make the map of keys, and again whenever they change:
#      sallyport origin haproxy-keys --keys ${description.keys} --out ${map} --socket /run/haproxy-sallyport.sock
#    With --socket a running HAProxy has the new keys at once, without a reload. HMAC keys only: HAProxy cannot
#    check Ed25519, so whatever such a key has signed is refused here.
# 2. Start HAProxy with this file: haproxy -c -f haproxy.cfg, then haproxy -W -f haproxy.cfg
#
# For HAProxy 2.6 and newer. The body of a request is not looked at: where the edge covers bodies by
# Content-Digest, only what reads the body can compare them.
`
}

const GLOBAL = `
global
  log stdout format raw daemon info
  # Whoever can write to this socket can change keys: root only. Set SALLYPORT_SOCKET to have it elsewhere.
  stats socket "\${SALLYPORT_SOCKET-/run/haproxy-sallyport.sock}" mode 600 level admin
  # When HAProxy was started as root, it should not stay root.
  # user haproxy
  # group haproxy
  # Nonces are forgotten when this process ends, so what was signed before it started is refused.
  set-var proc.sp_start date(0)
  # Signed values are never seen twice: to remember which of them matched a pattern costs more than it saves.
  tune.pattern.cache-size 0
  # As wide as what the edge lets through by default: 8 KiB of target, 32 KiB of fields, 100 of them, and its own.
  # Who raises max_url_bytes, max_header_bytes or max_header_count in the policy raises these: else HAProxy says 400.
  tune.bufsize 65536
  tune.http.maxhdr 256

defaults sallyport
  mode http
  log global
  timeout http-request 10s
  # The edge keeps its connections for the next request.
  timeout http-keep-alive 75s
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
`

function formatTables(description: Description): string {
  const life = nonceLife(description)
  const size = description.rate * life
  return `
# Nonces that were used. A table that is full refuses; it never forgets ahead of time, as that would let replays in.
# ${description.rate} requests a second for ${life} seconds: make "size" as much larger as you expect more.
# Several HAProxys share their nonces when you uncomment "peers" here and the section below it.
backend sallyport_nonces
  stick-table type string len 24 size ${size} expire ${life}s nopurge store gpc0 # peers sallyport

#: Each HAProxy has its own name in the list: start it with -L NAME. Nobody else may reach these ports.
#peers sallyport
#  peer one 10.0.0.1:10000
#  peer two 10.0.0.2:10000

# Only counts refusals, for the log.
backend sallyport_refusals
  stick-table type integer size 1 expire 10s store http_req_rate(1s)
`
}

function formatBind({ listen, tls }: Description): string[] {
  const address = `${formatUrlHost(listen.host)}:${listen.port}`
  if (tls === undefined) return [`bind ${address} proto h1`]
  const beside = tls.key === `${tls.certificate}.key`
  return [
    ...(beside
      ? []
      : [`# HAProxy looks for the key beside the certificate: ln -s ${tls.key} ${tls.certificate}.key`]),
    `bind ${address} ssl crt ${tls.certificate} alpn http/1.1 proto h1 ssl-min-ver TLSv1.2`,
  ]
}

/** The door's reason and the request id, beside what everybody logs; no query, which may hold secrets. */
const LOG_FORMAT =
  'log-format "%ci:%cp [%tr] %ST %B %TR/%Tw/%Tc/%Tr/%Ta door=%[var(txn.sp_why)] ' +
  'id=%[var(txn.sp_request_id)] %HM %{+Q}HPO"'

function formatFrontend(description: Description, map: string): string {
  return `
frontend sallyport
${indent([
  '# The verifier reads HTTP/1.1. "proto h1" refuses HTTP/2 that was not agreed on, too.',
  ...formatBind(description),
  LOG_FORMAT,
  '',
  ...formatConditions(description),
  '',
  ...formatChecks(description, map),
  ...formatProbes(description.unsigned),
  '',
  ...formatRestoring(description.facts),
  '',
  ...formatRefusals(),
  '',
  '# From here on you may send requests to backends of your own.',
  'default_backend application',
]).replaceAll(/^ +$/gm, '')}`
}

function formatBackend({ upstream }: Description): string {
  return `
backend application
  # Trailers are not signed, and some applications take them for fields (RFC 9110 section 6.5.1). Before 3.2 HAProxy
  # hands them on: see that yours does not merge them.
  .if version_atleast(3.2)
  option http-drop-request-trailers
  .endif
  server application ${formatUrlHost(upstream.host)}:${upstream.port}
`
}

export const haproxy: Recipe = (description) => {
  const map = mapPath(description.keys)
  return [
    {
      name: 'haproxy.cfg',
      place: 'the file that HAProxy is started with, for example /etc/haproxy/haproxy.cfg',
      text:
        formatHead(description, map) +
        GLOBAL +
        formatFrontend(description, map) +
        formatBackend(description) +
        formatTables(description),
    },
  ]
}
