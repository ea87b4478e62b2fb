/**
 * The signed fields read by nginx itself: `map` blocks with the exact forms that the edge writes. A map costs
 * about a microsecond, a tenth of the same in a script.
 *
 * They are keyed by `$sallyport_nonce` and the field: the script sets the nonce only once a request is verified, so
 * that what an unsigned probe claims is never read. The nonce has 22 characters and no space, and the field comes
 * after the first space.
 * @module
 */
import type { Fact } from '../facts.ts'

const IP = '(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-f:]{2,39}|[0-9a-f:]{2,30}(?:[0-9]{1,3}\\.){3}[0-9]{1,3})'
const HOST = '(?:[a-z0-9_][a-z0-9._-]{0,252}|\\[[0-9a-f:.]{2,45}\\])(?::[1-9][0-9]{0,4})?'
const WORD = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,32}'
const ID = '[\\x20\\x21\\x23-\\x5b\\x5d-\\x7e]{1,128}'

/** A form of the whole field, white space around it aside; in the syntax that PCRE and JavaScript share. */
const whole = (form: string): string => `^[A-Za-z0-9_-]{22} [\\x20\\x09]*${form}[\\x20\\x09]*$`

/** `Sallyport-Client`, as `parseClient` reads it. */
export const CLIENT_FORM: string = whole(
  `ip="(?<sallyport_client_ip>${IP})", host="(?<sallyport_client_host>${HOST})", ` +
    'scheme=(?<sallyport_client_scheme>https?)(?:, port=(?<sallyport_client_port>[1-9][0-9]{0,4}))?' +
    '(?:, country="(?<sallyport_client_country>[A-Z0-9]{2})")?(?:, asn=(?<sallyport_client_asn>0|[1-9][0-9]{0,9}))?' +
    `(?:, colo="(?<sallyport_client_colo>[A-Z0-9]{3,8})")?(?:, tls="(?<sallyport_client_tls>${WORD})")?` +
    `(?:, protocol="(?<sallyport_client_protocol>${WORD})")?`,
)

/** `Sallyport-Verdict`, as `parseVerdict` reads it; ids keep their percent-encoding. */
export const VERDICT_FORM: string = whole(
  `action=pass, policy="(?<sallyport_verdict_policy>${ID})", route="(?<sallyport_verdict_route>${ID})"` +
    `(?:, log=\\("(?<sallyport_verdict_log>${ID}(?:" "${ID}){0,15})"\\))?` +
    `(?:, bot="(?<sallyport_verdict_bot>${ID})")?`,
)

/** `Sallyport-Request-Id`, as `parseRequestId` reads it. */
export const REQUEST_ID_FORM: string = whole('"(?<sallyport_request>[A-Za-z0-9][A-Za-z0-9._-]{7,63})"')

/** What each fact is called in the configuration. */
export const FACT_VARIABLES: Readonly<Record<Fact, string>> = {
  country: '$sallyport_client_country',
  asn: '$sallyport_client_asn',
  colo: '$sallyport_client_colo',
  tls: '$sallyport_client_tls',
  protocol: '$sallyport_client_protocol',
  policy: '$sallyport_verdict_policy',
  route: '$sallyport_verdict_route',
  log: '$sallyport_log',
  bot: '$sallyport_verdict_bot',
}

/** Quotes what stands between double quotes in a configuration. */
const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`

/** The maps. Empty until the script has set `$sallyport_nonce`; `$sallyport_ip` must be read first. */
export function formatFactMaps(): string {
  return `# What the edge vouches for: the exact forms of its fields, read once the nonce says that they are verified.
map "$sallyport_nonce $http_sallyport_client" $sallyport_ip {
    ${quote(`~${CLIENT_FORM}`)}
    $sallyport_client_ip;
}
map "$sallyport_nonce $http_sallyport_verdict" $sallyport_policy {
    ${quote(`~${VERDICT_FORM}`)}
    $sallyport_verdict_policy;
}
map "$sallyport_nonce $http_sallyport_request_id" $sallyport_request_id {
    ${quote(`~${REQUEST_ID_FORM}`)}
    $sallyport_request;
}

# Forwarded (RFC 7239 section 6): addresses with a port or colons are quoted, IPv6 in brackets.
map "$sallyport_ip;$sallyport_client_port" $sallyport_for {
    ";" "";
    "~^[0-9.]+;$" $sallyport_ip;
    "~^[0-9.]+;" '"$sallyport_ip:$sallyport_client_port"';
    "~;$" '"[$sallyport_ip]"';
    default '"[$sallyport_ip]:$sallyport_client_port"';
}
map $sallyport_ip $sallyport_forwarded {
    "" "";
    default 'for=$sallyport_for;host="$sallyport_client_host";proto=$sallyport_client_scheme';
}

# The public host; a probe keeps the one it asked for.
map $sallyport_ip $sallyport_host {
    "" $http_host;
    default $sallyport_client_host;
}
`
}
