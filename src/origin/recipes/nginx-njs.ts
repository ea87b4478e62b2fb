/**
 * nginx with njs: the check is a variable, the memory of nonces a limit of requests.
 * @module
 */
import type { Description, Recipe } from './description.ts'
import { FACT_VARIABLES, formatFactMaps } from './nginx-facts.ts'
import { sizeMemory } from './nginx-memory.ts'
import { formatNjsScript } from './nginx-njs-script.ts'
import { formatServer, formatUpstream, type IdentityVariables, UPGRADE_MAPS } from './nginx-server.ts'

/** nginx drops an idle entry of a limit after this many seconds. */
const REMEMBERED = 60

/**
 * Seconds after `created` up to which a request is admitted, whatever its `expires`: with the clocks apart by the
 * skew one way and the other, a nonce is remembered for as long as its signature is good.
 */
const lastMoment = ({ skew }: Description): number => REMEMBERED - 1 - skew

const VARIABLES: IdentityVariables = {
  ip: '$sallyport_ip',
  host: '$sallyport_client_host',
  authority: '$sallyport_host',
  scheme: '$sallyport_client_scheme',
  requestId: '$sallyport_request_id',
  forwarded: '$sallyport_forwarded',
  facts: FACT_VARIABLES,
}

function formatMain(description: Description): string {
  const { keys, rate, skew } = description
  const megabytes = sizeMemory(description, REMEMBERED)
  return `# Sallyport's second door for nginx with njs (0.7.9 or newer): lets in what the edge has signed, once.
#
# In the main context, if your distribution does not do it for you:
#     load_module modules/ngx_http_js_module.so;
#     pcre_jit on;
# The module must be there, or nginx does not start. sallyport.js lies beside nginx.conf. The engine is njs, as it is
# by default: with "js_engine qjs" there is no js_preload_object.
#
# Keys: ${keys}, read when nginx starts or reloads, as root; nobody else has to be able to read it.
# After a rotation or a revocation: nginx -s reload. Ed25519 keys are beyond njs 0.7.9: requests signed with one are
# refused. Requests whose body is covered in chunks (Sallyport-Body) are refused: no load balancer can check them.
# A Content-Digest is vouched for, but only something that reads the body can compare it.

js_import sallyport from sallyport.js;
js_preload_object sallyport_keys from ${keys};

# "pass", "unsigned" or why not. For a log of refusals:
#     log_format sallyport '$time_iso8601 $remote_addr $status $sallyport_judgement';
#     access_log /var/log/nginx/sallyport.log sallyport if=$sallyport_refused;
js_set $sallyport_judgement sallyport.judge;
js_set $sallyport_log sallyport.formatLog;
map $sallyport_judgement $sallyport_refused {
    default 1;
    pass "";
}

# Set when a request is verified, and empty before.
js_var $sallyport_nonce;

# The memory of nonces, shared by all workers: of a nonce one request a minute passes.
# nginx keeps an entry for ${REMEMBERED} seconds. So sallyport.js admits a request up to ${lastMoment(description)} seconds after it was signed, even if
# its signature is good for longer; the edge's clock may be ${skew} seconds ahead.
# A reload keeps them, a restart does not: so what was signed in a second before a worker's start is refused. Only what
# was used in the second of the start itself, or by an edge whose clock is ahead, can pass once more. Upgrade by a
# restart: with USR2 the old nginx and the new one have a memory each.
# When the zone is full nginx forgets the oldest entry, and would admit its replay. So the limit of all signed
# requests, ${rate}/s and a burst of as many, is counted first and keeps the zone from filling: an entry has 128 bytes,
# ${megabytes} MB hold ${rate}/s x ${REMEMBERED} s and the burst.
map $sallyport_nonce $sallyport_signed {
    default 1;
    "" "";
}
limit_req_zone $sallyport_signed zone=sallyport_rate:64k rate=${rate}r/s;
limit_req_zone $sallyport_nonce zone=sallyport_nonces:${megabytes}m rate=1r/m;

${formatFactMaps()}
${UPGRADE_MAPS}
${formatUpstream(description)}
${formatServer(description, VARIABLES, {
  location: [
    'if ($sallyport_judgement = unsigned) {',
    '    return 401;',
    '}',
    '# Not what it must not be, but what it must be: a script that fails leaves this empty.',
    'if ($sallyport_judgement != pass) {',
    '    return 403;',
    '}',
    '# In this order: what the first one refuses is not remembered by the second.',
    `limit_req zone=sallyport_rate burst=${rate} nodelay;`,
    'limit_req zone=sallyport_nonces;',
    'limit_req_status 403;',
    'limit_req_log_level info;',
  ],
})}`
}

export const nginxNjs: Recipe = (description) => [
  { name: 'sallyport.conf', place: '/etc/nginx/conf.d/sallyport.conf', text: formatMain(description) },
  {
    name: 'sallyport.js',
    place: '/etc/nginx/sallyport.js, beside nginx.conf',
    text: formatNjsScript(description, lastMoment(description)),
  },
]
