/**
 * What all configurations for nginx share: the server around the check, and what the application gets.
 * @module
 */
import { FACT_FIELDS, FACTS, type Fact } from '../facts.ts'
import { formatUrlHost } from './addresses.ts'
import type { Description } from './description.ts'
import { CLEARED_FIELDS } from './nginx-cleared.ts'

/** Variables that hold what the application gets; an empty one is no field. */
export interface IdentityVariables {
  readonly ip: string
  readonly host: string
  /** The value of `Host` for the application: never empty. */
  readonly authority: string
  readonly scheme: string
  readonly requestId: string
  readonly forwarded: string
  readonly facts: Readonly<Record<Fact, string>>
}

/** A line of a configuration each, or nothing. */
const indent = (lines: readonly string[]): string => lines.map((line) => `    ${line}\n`).join('')

/** WebSockets are the only upgrade: an upgrade to cleartext HTTP/2 would tunnel past the check. */
export const UPGRADE_MAPS = `# WebSockets are the only upgrade: an upgrade to cleartext HTTP/2 would tunnel past the check.
map $http_upgrade $sallyport_upgrade {
    default "";
    "~*^websocket$" websocket;
}
map $sallyport_upgrade $sallyport_connection {
    default "";
    websocket upgrade;
}
`

/** A probe: one of the listed targets exactly, GET or HEAD, no content, no upgrade, and nothing signed. */
export function formatProbeMap({ unsigned }: Description): string {
  const line = unsigned.map((path) => path.replaceAll('.', '\\.')).join('|')
  const rule =
    unsigned.length === 0
      ? ''
      : `    "~^(?:GET|HEAD) (?:${line}) HTTP/1\\.[01];;;;0?;$" 1;
`
  return `# Health probes pass unsigned: these targets exactly, GET or HEAD, no content, no upgrade, nothing signed.
map "$request;$http_signature;$http_signature_input;$http_upgrade;$http_content_length;$http_transfer_encoding"
    $sallyport_probe {
    default "";
${rule}}
`
}

/** The application, with connections that are kept open. */
export function formatUpstream({ upstream }: Description): string {
  return `upstream sallyport_application {
    server ${formatUrlHost(upstream.host)}:${upstream.port};
    keepalive 64;
}
`
}

function formatListen({ listen, tls }: Description): string {
  const address = `${formatUrlHost(listen.host)}:${listen.port}`
  if (tls === undefined) return indent([`listen ${address} default_server;`])
  return indent([
    `listen ${address} ssl default_server;`,
    `ssl_certificate ${tls.certificate};`,
    `ssl_certificate_key ${tls.key};`,
    'ssl_protocols TLSv1.2 TLSv1.3;',
    'ssl_session_cache shared:sallyport_tls:2m;',
  ])
}

function formatIdentity({ facts }: Description, variables: IdentityVariables): string {
  const values = new Map<string, string>([
    ['X-Forwarded-For', variables.ip],
    ['X-Forwarded-Host', variables.host],
    ['X-Forwarded-Proto', variables.scheme],
    ['X-Real-IP', variables.ip],
    ['X-Request-ID', variables.requestId],
    ['Forwarded', variables.forwarded],
    ...FACTS.filter((fact) => facts.includes(fact)).map((fact): [string, string] => [
      FACT_FIELDS[fact],
      variables.facts[fact],
    ]),
  ])
  const set = Array.from(values, ([name, value]) => `proxy_set_header ${name} ${value};`)
  const told = new Set(Array.from(values.keys(), (name) => name.toLowerCase()))
  const clear = CLEARED_FIELDS.filter((name) => !told.has(name.toLowerCase()))
  return `    # What the application is told. An empty value sends no field.
    proxy_set_header Host ${variables.authority};
${indent(set)}
    # What nobody but the edge may say.
${indent(clear.map((name) => `proxy_set_header ${name} "";`))}`
}

/** The refusals, as the middleware gives them: nothing of why, and nothing more of the body is waited for. */
const formatRefusals = (isChallenged: boolean): string => `    location @sallyport_401 {
        lingering_close off;
        default_type application/problem+json;
        add_header Cache-Control no-store always;
${isChallenged ? '' : '        add_header WWW-Authenticate Signature always;\n'}        return 401 '{"title":"This origin answers requests from its gateway only","status":401}\\n';
    }
    location @sallyport_403 {
        lingering_close off;
        default_type application/problem+json;
        add_header Cache-Control no-store always;
        return 403 '{"title":"This request was not accepted","status":403}\\n';
    }
`

/**
 * The server.
 * @param check Lines of `location /` that let nothing unverified past them, and lines of the server beside it.
 */
export function formatServer(
  description: Description,
  variables: IdentityVariables,
  check: {
    readonly location: readonly string[]
    readonly server?: string
    /** Whoever refuses with 401 has added the challenge. */
    readonly isChallenged?: boolean
  },
): string {
  return `server {
${formatListen(description)}    server_name _;
    server_tokens off;

    # Names with "_", "." or anything but letters, digits and "-" are dropped: to applications behind CGI or WSGI
    # they would be other spellings of ours.
    underscores_in_headers off;
    ignore_invalid_headers on;

    # The target goes to the application byte by byte: no slashes merged here, no path after proxy_pass.
    merge_slashes off;

    # The edge bounds header sections and bodies; this only has to be as wide: twice the 8 KiB that a target and a
    # value may have by default. Who raises max_url_bytes or max_header_value_bytes in the policy raises this.
    large_client_header_buffers 8 16k;
    client_max_body_size 0;

    proxy_http_version 1.1;
    proxy_request_buffering off;
    proxy_redirect off;
    proxy_buffer_size 16k;
    proxy_buffers 8 16k;
    proxy_headers_hash_max_size 4096;
    proxy_headers_hash_bucket_size 128;

    proxy_set_header Upgrade $sallyport_upgrade;
    proxy_set_header Connection $sallyport_connection;
    proxy_set_header Proxy "";
    proxy_set_header Proxy-Connection "";
    proxy_set_header HTTP2-Settings "";

${formatIdentity(description, variables)}
    error_page 401 @sallyport_401;
    error_page 403 @sallyport_403;

    location / {
${check.location.map((line) => `${line === '' ? '' : `        ${line}`}\n`).join('')}
        proxy_pass http://sallyport_application;
    }

${check.server ?? ''}${formatRefusals(check.isChallenged ?? false)}}
`
}
