/**
 * nginx with its Lua module: the check runs in the access phase, nonces live in a shared dictionary.
 * @module
 */
import type { Description, Recipe } from './description.ts'
import { FACT_VARIABLES, formatFactMaps } from './nginx-facts.ts'
import { formatLuaScript } from './nginx-lua-script.ts'
import { sizeMemory } from './nginx-memory.ts'
import { formatServer, formatUpstream, type IdentityVariables, UPGRADE_MAPS } from './nginx-server.ts'

const VARIABLES: IdentityVariables = {
  ip: '$sallyport_ip',
  host: '$sallyport_client_host',
  authority: '$sallyport_host',
  scheme: '$sallyport_client_scheme',
  requestId: '$sallyport_request_id',
  forwarded: '$sallyport_forwarded',
  facts: FACT_VARIABLES,
}

const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ')

function formatMain(description: Description): string {
  const { keys, maxTtl, skew, rate } = description
  const life = maxTtl + 2 * skew + 1
  const megabytes = sizeMemory(description, life)
  return `# Sallyport's second door for nginx with the Lua module: lets in what the edge has signed, once.
#
# In the main context, if your distribution does not do it for you:
#     load_module modules/ndk_http_module.so;
#     load_module modules/ngx_http_lua_module.so;
#     pcre_jit on;
# Needs lua-resty-core and lua-cjson (OpenResty has both) and OpenSSL 1.1.1 or newer. nginx knows one init_by_lua and
# one init_worker_by_lua: if you have your own, put these lines in front of them.
#
# Keys: ${keys}, read when nginx starts, and every second by each worker: a revoked key is refused
# within two seconds. The user of the workers must be able to read it (group www-data, mode 0640), nobody else.
# HMAC and Ed25519. Requests whose body is covered in chunks (Sallyport-Body) are refused: no load balancer can check
# them. A Content-Digest is vouched for, but only something that reads the body can compare it.

# The memory of nonces, shared by all workers. An entry has 128 bytes and is kept for ${life} seconds at most;
# ${megabytes} MB hold ${rate}/s. When it is full, signed requests are refused: nothing is forgotten that could come again.
# A reload keeps it. A restart does not, so what was signed in a second before the start is refused; only what was used
# in the second of the start itself, or by an edge whose clock is ahead, can pass once more. Upgrade by a restart: with
# USR2 the old nginx and the new one have a memory each.
lua_shared_dict sallyport_nonces ${megabytes}m;

init_by_lua_block {
${indent(formatLuaScript(description))}}

init_worker_by_lua_block {
    ngx.timer.every(1, require("sallyport").reload)
}

${formatFactMaps()}
${UPGRADE_MAPS}
${formatUpstream(description)}
${formatServer(description, VARIABLES, {
  location: [
    '# Set when a request is verified, and empty before.',
    'set $sallyport_nonce "";',
    'set $sallyport_log "";',
    '# Why a request was refused. For a log of refusals:',
    "#     log_format sallyport '$time_iso8601 $remote_addr $status $sallyport_refusal';",
    '#     access_log /var/log/nginx/sallyport.log sallyport if=$sallyport_refusal;',
    'set $sallyport_refusal "";',
    'access_by_lua_block {',
    '    require("sallyport").check()',
    '}',
  ],
})}`
}

export const nginxLua: Recipe = (description) => [
  { name: 'sallyport.conf', place: '/etc/nginx/conf.d/sallyport.conf', text: formatMain(description) },
]
