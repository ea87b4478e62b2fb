/**
 * Caddy: asks the auth server about each request before it proxies.
 *
 * Written for 2.6 and newer, without modules beyond the standard ones. Go's HTTP server decides what Caddy sees, so
 * most of the file is about making sure that what was verified and what is served are the same bytes.
 * @module
 */
import { FACT_FIELDS } from '../facts.ts'
import { formatUrlHost } from './addresses.ts'
import { CADDY_GUARDS } from './caddy-guards.ts'
import { REMOVED_FIRST, removeLast } from './caddy-removals.ts'
import type { Address, Description, Recipe } from './description.ts'
import { formatServeCommand } from './serve-command.ts'

/** How Caddy writes the address of something it connects to. */
function dial(address: Address): string {
  return address.kind === 'unix' ? `unix/${address.path}` : `${formatUrlHost(address.host)}:${address.port}`
}

function indent(lines: readonly string[], depth: number): string[] {
  return lines.map((line) => (line === '' ? '' : '\t'.repeat(depth) + line))
}

const formatHead = (
  description: Description,
): string => `# The second door: only what the edge has signed gets to the application.
#
# Needs the auth server on this machine. When that does not answer, nobody gets in:
${formatServeCommand(description, 'caddy', description.server)}
#
# The body of a request is not looked at here: where the edge covers bodies by Content-Digest, only the middleware
# in the application can compare them.`

const GLOBAL = `{
	# No API that could change this configuration at run time, and no certificates fetched in the background.
	admin off
	auto_https off
	# The proxy prepares a line of log for each request, written or not. What fails is logged by the server.
	log default {
		exclude http.handlers.reverse_proxy
	}
	servers {
		# The verifier reads HTTP/1.1.
		protocols h1
		max_header_size 64KB
		timeouts {
			read_header 10s
			idle 2m
		}
	}
}`

// As Go writes names: a placeholder in another case stands for nothing, and would be sent as it is.
const GIVEN: readonly string[] = [
  'Forwarded',
  'X-Forwarded-For',
  'X-Forwarded-Host',
  'X-Forwarded-Proto',
  'X-Real-Ip',
  'X-Request-Id',
]

/** Caddy writes these itself. */
const OWN: readonly string[] = ['X-Forwarded-For', 'X-Forwarded-Host', 'X-Forwarded-Proto']

const answered = (field: string): string => `{http.reverse_proxy.header.${field}}`

function copyFacts({ facts }: Description): string[] {
  if (facts.length === 0) return []
  return [
    '# A fact that is not known has no field: what did not come reads as `<nil>` or as nothing.',
    ...facts.flatMap((fact) => {
      const field = FACT_FIELDS[fact]
      return [
        `@${fact} not vars ${answered(field)} <nil> ""`,
        `request_header @${fact} ${field} ${answered(field)}`,
      ]
    }),
  ]
}

function proxy({ upstream }: Description, lines: readonly string[]): string[] {
  return [
    `reverse_proxy ${dial(upstream)} {`,
    ...indent(lines, 1),
    '\ttransport http {',
    "\t\t# Else Caddy would ask for gzip in the client's name and unpack the answer.",
    '\t\tcompression off',
    '\t\tkeepalive_idle_conns_per_host 256',
    '\t}',
    '}',
  ]
}

/** Health probes go straight to the application, with nothing that says who sent them. */
function probe(description: Description): string[] {
  if (description.unsigned.length === 0) return []
  return [
    '# Health probes. Exactly these targets, and nothing that claims to be signed.',
    '@probe {',
    `\tvars {http.request.orig_uri} ${description.unsigned.join(' ')}`,
    '\tmethod GET HEAD',
    '\tnot header Upgrade *',
    '\tnot header Signature *',
    '\tnot header Signature-Input *',
    '}',
    'handle @probe {',
    '\troute {',
    ...indent(REMOVED_FIRST, 2),
    ...indent(proxy(description, [...OWN.map((name) => `header_up -${name}`), ...removeLast([])]), 2),
    '\t}',
    '}',
    '',
  ]
}

function ask(description: Description): string[] {
  const admitted = [
    '# Fields that claim to know the client. Only what was signed may say so.',
    ...REMOVED_FIRST,
    ...copyFacts(description),
    ...proxy(description, [
      ...removeLast(GIVEN),
      '# What was signed.',
      `header_up Host ${answered('X-Forwarded-Host')}`,
      ...GIVEN.map((name) => `header_up ${name} ${answered(name)}`),
    ]),
  ]
  return [
    `reverse_proxy ${dial(description.server)} {`,
    '\tmethod GET',
    '\trewrite /verify',
    "\t# The request as the client made it. Set, so that a client's own fields of these names say nothing.",
    '\theader_up X-Forwarded-Method {http.request.orig_method}',
    '\theader_up X-Forwarded-Uri {http.request.orig_uri}',
    '\theader_up X-Forwarded-Host {http.request.hostport}',
    '\t# Nothing that the verifier needs.',
    ...['Authorization', 'Cookie', 'Upgrade', 'Connection', 'Expect'].map((name) => `\theader_up -${name}`),
    '\ttransport http {',
    '\t\tdial_timeout 1s',
    '\t\tresponse_header_timeout 5s',
    '\t\t# The auth server keeps idle connections for 75 s: it is Caddy that must close them.',
    '\t\tkeepalive 60s',
    '\t\tkeepalive_idle_conns_per_host 256',
    '\t\tcompression off',
    '\t}',
    '\t# Any other answer goes to the client as it is.',
    '\t@admitted {',
    '\t\tstatus 200',
    '\t\theader X-Forwarded-Host *',
    '\t}',
    '\thandle_response @admitted {',
    '\t\troute {',
    ...indent(admitted, 3),
    '\t\t}',
    '\t}',
    '}',
  ]
}

const ERRORS = `handle_errors {
	@shut vars {http.error.status_code} 403
	header Content-Type application/problem+json
	header Cache-Control no-store
	respond @shut \`{"title":"This request was not accepted","status":403}\`
	respond "{http.error.status_code} {http.error.status_text}"
}`

const SERVICE = `# Caddy's heap is small, and its garbage collector runs often for it: a sixth of the CPU of each request. This lets
# the heap grow to five times what is in use.
[Service]
Environment=GOGC=400
`

/** Writes a Caddyfile, and an addition to its service. */
export const caddy: Recipe = (description) => {
  const { listen, tls, scheme } = description
  const site = [
    `bind ${listen.host}`,
    ...(tls ? [`tls ${tls.certificate} ${tls.key}`] : []),
    '',
    'route {',
    ...indent(CADDY_GUARDS.split('\n'), 1),
    '',
    ...indent([...probe(description), ...ask(description)], 1),
    '}',
    '',
    ...ERRORS.split('\n'),
  ]
  const start = `${tls ? 'https' : 'http'}://:${listen.port}`
  const text = `${formatHead(description)}\n${tls || scheme === 'http' ? '' : '# TLS ends before Caddy: the edge speaks https, this listener http.\n'}\n${GLOBAL}\n\n${start} {\n${indent(site, 1).join('\n')}\n}\n`
  return [
    { name: 'Caddyfile', place: '/etc/caddy/Caddyfile', text },
    {
      name: 'caddy-service.conf',
      place: '/etc/systemd/system/caddy.service.d/sallyport.conf',
      text: SERVICE,
    },
  ]
}
