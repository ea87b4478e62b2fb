/**
 * Apache httpd 2.4: a Lua hook asks the auth server before anything is served.
 *
 * Through the auth server rather than in Lua alone: mod_lua shares no memory between processes in which a nonce could
 * be claimed in one step, and one verifier is easier to trust than two.
 * @module
 */
import { formatUrlHost } from './addresses.ts'
import { formatApacheLua } from './apache-lua.ts'
import type { Description, Recipe } from './description.ts'
import { formatServeCommand } from './serve-command.ts'

const LUA = '/etc/apache2/sallyport.lua'

function tls({ tls: files }: Description): string {
  if (!files) return ''
  return `
    SSLEngine on
    SSLProtocol -all +TLSv1.2 +TLSv1.3
    SSLCertificateFile "${files.certificate}"
    SSLCertificateKeyFile "${files.key}"
`
}

const TITLES = {
  401: 'This origin answers requests from its gateway only',
  403: 'This request was not accepted',
  503: 'This origin cannot check requests at the moment',
} as const

function problems(): string {
  return Object.entries(TITLES)
    .map(([status, title]) => `    ErrorDocument ${status} '{"title":"${title}","status":${status}}'`)
    .join('\n')
}

function formatSite(description: Description): string {
  const { listen, upstream, authorities, tls: files } = description
  const host = formatUrlHost(listen.host)
  const modules = ['lua', 'proxy', 'proxy_http', 'headers', ...(files ? ['ssl'] : [])].join(' ')
  return `# The second door: only what the edge has signed gets to the application.
#
#   a2enmod ${modules}
#
# Needs lua-socket, and the auth server on this machine. When that does not answer, nobody gets in. Every MPM will do.
${formatServeCommand(description, 'apache', description.server)}
#
# The body of a request is not looked at here: where the edge covers bodies by Content-Digest, only the middleware
# in the application can compare them.
# Apache joins fields that came more than once with ", ", which no signed field looks like; of Content-Length and
# Transfer-Encoding together it drops the first before anybody can see it, and closes the connection after.

Listen ${host}:${listen.port}

<VirtualHost ${host}:${listen.port}>
    # A name for it only: the auth server knows which hosts are ours.
    ServerName ${authorities[0] ?? 'localhost'}
    # The verifier reads HTTP/1.1, exactly.
    Protocols http/1.1
    HttpProtocolOptions Strict
    TraceEnable off

    # The edge bounds header sections; this only has to be as wide. Apache's own bounds are narrower.
    LimitRequestLine 16380
    LimitRequestFieldSize 16380
    LimitRequestFields 1100
${tls(description)}
    # The target as it came: what was verified and what is served must be the same bytes.
    AllowEncodedSlashes NoDecode
    MergeSlashes Off

    # The check. One state of Lua, and one connection to the auth server, to each thread.
    LuaScope thread
    LuaCodeCache forever
    LuaHookTranslateName "${LUA}" check_form early
    LuaHookAccessChecker "${LUA}" check early

    ProxyPass "/" "http://${formatUrlHost(upstream.host)}:${upstream.port}/" nocanon upgrade=websocket retry=0
    # The public host, which the check has put there.
    ProxyPreserveHost On
    # Else X-Forwarded-For would say the address of the edge.
    ProxyAddHeaders Off

    # Refusals say that the door is shut, not which check shut it.
${problems()}
    Header always set Content-Type application/problem+json env=SALLYPORT_REFUSED
    Header always set Cache-Control no-store env=SALLYPORT_REFUSED
    Header always set WWW-Authenticate Signature "expr=env('SALLYPORT_REFUSED') == '401'"
</VirtualHost>
`
}

/** Writes a site and the Lua it loads. */
export const apache: Recipe = (description) => [
  {
    name: 'sallyport.conf',
    place: '/etc/apache2/sites-enabled/sallyport.conf',
    text: formatSite(description),
  },
  { name: 'sallyport.lua', place: LUA, text: formatApacheLua(description) },
]
