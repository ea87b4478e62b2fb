/**
 * Plain nginx: each request is first asked about, as a subrequest to the auth server.
 * @module
 */
import { FACT_FIELDS, FACTS, type Fact } from '../facts.ts'
import type { Description, Recipe } from './description.ts'
import {
  formatProbeMap,
  formatServer,
  formatUpstream,
  type IdentityVariables,
  UPGRADE_MAPS,
} from './nginx-server.ts'
import { formatAddress, formatServeCommand } from './serve-command.ts'

/** The variable with the value of a field of the auth server's answer. */
function answered(field: string): string {
  return `$upstream_http_${field.toLowerCase().replaceAll('-', '_')}`
}

const factVariable = (fact: Fact): string => `$sallyport_${fact}`

const VARIABLES: IdentityVariables = {
  ip: '$sallyport_ip',
  host: '$sallyport_public_host',
  authority: '$sallyport_host',
  scheme: '$sallyport_scheme',
  requestId: '$sallyport_request_id',
  forwarded: '$sallyport_forwarded',
  facts: {
    country: factVariable('country'),
    asn: factVariable('asn'),
    colo: factVariable('colo'),
    tls: factVariable('tls'),
    protocol: factVariable('protocol'),
    policy: factVariable('policy'),
    route: factVariable('route'),
    log: factVariable('log'),
    bot: factVariable('bot'),
  },
}

function listAnswers({ facts }: Description): string[] {
  const identity: readonly (readonly [string, string])[] = [
    [VARIABLES.ip, 'X-Real-IP'],
    [VARIABLES.host, 'X-Forwarded-Host'],
    [VARIABLES.scheme, 'X-Forwarded-Proto'],
    [VARIABLES.requestId, 'X-Request-ID'],
    [VARIABLES.forwarded, 'Forwarded'],
  ]
  const wanted = FACTS.filter((fact) => facts.includes(fact))
  return [
    ...identity.map(([variable, field]) => `auth_request_set ${variable} ${answered(field)};`),
    ...wanted.map((fact) => `auth_request_set ${factVariable(fact)} ${answered(FACT_FIELDS[fact])};`),
  ]
}

/** Where the question goes. Its fields are the client's own, but for those that nginx sets here. */
const QUESTION = `    location = /_sallyport/verify {
        internal;
        if ($sallyport_probe) {
            return 204;
        }
        proxy_method GET;
        proxy_pass_request_body off;
        proxy_connect_timeout 2s;
        proxy_read_timeout 5s;
        proxy_set_header Host sallyport;
        proxy_set_header Content-Length "";
        proxy_set_header Connection "";
        # Credentials are not its business, and may be longer than all else together.
        proxy_set_header Authorization "";
        proxy_set_header Cookie "";
        # What the client's request was. These replace whatever a client sends under their names.
        proxy_set_header Sallyport-Door-Method $request_method;
        proxy_set_header Sallyport-Door-Target $sallyport_target;
        proxy_set_header Sallyport-Door-Host $http_host;
        proxy_set_header Sallyport-Door-Framing "$http_content_length;$http_transfer_encoding";
        proxy_set_header Sallyport-Door-Connection $http_connection;
        proxy_pass http://sallyport_server;
    }

`

function formatMain(description: Description): string {
  const address = formatAddress(description.server)
  return `# Sallyport's second door for plain nginx: asks the auth server about each request.
#
# Needs ngx_http_auth_request_module, which all distributions build in, and beside nginx, as a service of its own:
${formatServeCommand(description, 'nginx-auth-request', description.server)}
# Only nginx may reach it: who can ask it, can use up what others have signed.
# When it is not there, nginx answers 500 and the application gets nothing.
# A Content-Digest is vouched for, but only something that reads the body can compare it.

upstream sallyport_server {
    server ${address};
    keepalive 64;
}

# The target as it came. $request_uri would hide the scheme and host of the absolute form.
map $request $sallyport_target {
    default "";
    "~^[^ ]+ (?<sallyport_raw_target>[^ ]+) HTTP/1\\.[01]$" $sallyport_raw_target;
}

# The public host; a probe keeps the one it asked for.
map $sallyport_ip $sallyport_host {
    "" $http_host;
    default $sallyport_public_host;
}

${formatProbeMap(description)}
${UPGRADE_MAPS}
${formatUpstream(description)}
${formatServer(description, VARIABLES, {
  location: ['auth_request /_sallyport/verify;', ...listAnswers(description)],
  server: QUESTION,
  isChallenged: true,
})}`
}

export const nginxAuthRequest: Recipe = (description) => [
  { name: 'sallyport.conf', place: '/etc/nginx/conf.d/sallyport.conf', text: formatMain(description) },
]
