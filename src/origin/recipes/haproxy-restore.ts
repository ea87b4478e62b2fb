/**
 * What HAProxy takes away from an admitted request, and what it tells the application in its place.
 * @module
 */
import { FACT_FIELDS, type Fact } from '../facts.ts'
import { IDENTITY_PATTERN } from './haproxy-patterns.ts'

const CLIENT = 'var(txn.sp_client)'
const VERDICT = 'var(txn.sp_verdict)'
/** What is between the strings for the host and for the next that there is. */
const MIDDLE = 'var(txn.sp_middle)'

/** How a fact is read, and when it is there. */
interface Reading {
  readonly fact: Fact
  readonly expression: string
  readonly condition: string
}

/** A string by its key. The key cannot stand inside of another string, as a quote cannot. */
function readString(fact: Fact): Reading {
  return {
    fact,
    expression: `${CLIENT},regsub('.*, ${fact}=\\"',''),field(1,'\\"')`,
    condition: `{ ${CLIENT} -m sub ', ${fact}="' }`,
  }
}

const READINGS: readonly Reading[] = [
  { fact: 'country', expression: `${CLIENT},field(6,'\\"')`, condition: 'sp_country' },
  {
    fact: 'asn',
    expression: `${CLIENT},field(7,'\\"'),bytes(6),field(1,',')`,
    condition: `sp_country { "${CLIENT},field(7,'\\"')" -m beg ', asn=' }`,
  },
  {
    fact: 'asn',
    expression: `${MIDDLE},regsub('.*, asn=',''),field(1,',')`,
    condition: `!sp_country { ${MIDDLE} -m sub ', asn=' }`,
  },
  readString('colo'),
  readString('tls'),
  readString('protocol'),
  { fact: 'policy', expression: `${VERDICT},field(2,'\\"')`, condition: '' },
  { fact: 'route', expression: `${VERDICT},field(4,'\\"')`, condition: '' },
  {
    fact: 'log',
    expression: `${VERDICT},field(6,'\\"',0),regsub('\\" \\"',' ',g),field(1,'\\"')`,
    condition: `{ "${VERDICT},field(5,'\\"')" -m beg ', log=(' }`,
  },
  {
    // The last string there is: nothing comes after it.
    fact: 'bot',
    expression: `${VERDICT},field(-2,'\\"')`,
    condition: `{ "${VERDICT},field(-3,'\\"')" -m end ', bot=' }`,
  },
]

function formatReading({ fact, expression, condition }: Reading): string {
  return `http-request add-header ${FACT_FIELDS[fact]} "%[${expression}]" if sp_signed ${condition}`.trimEnd()
}

/** RFC 7239 section 6: an address with a port or colons is quoted, IPv6 in brackets. */
const FORWARDED: readonly string[] = [
  ['\\"%[var(txn.sp_node)]:%[var(txn.sp_port)]\\"', 'sp_signed sp_ported'],
  ['%[var(txn.sp_node)]', 'sp_signed !sp_ported !sp_ipv6'],
  ['\\"%[var(txn.sp_node)]\\"', 'sp_signed !sp_ported sp_ipv6'],
].map(
  ([node = '', condition = '']) =>
    `http-request add-header Forwarded "for=${node};host=\\"%[var(txn.sp_public)]\\";proto=%[var(txn.sp_scheme)]" if ${condition}`,
)

const RULES: readonly string[] = [
  '# What was signed, in its parts. The forms have been checked: each is where it has to be.',
  `http-request set-var(txn.sp_ip) "${CLIENT},field(2,'\\"')"`,
  `http-request set-var(txn.sp_public) "${CLIENT},field(4,'\\"')"`,
  `http-request set-var(txn.sp_middle) "${CLIENT},field(5,'\\"'),bytes(9)"`,
  'http-request set-var(txn.sp_scheme) "var(txn.sp_middle),field(1,\',\')"',
  "http-request set-var(txn.sp_port) \"var(txn.sp_middle),field(2,','),field(2,=)\" if { \"var(txn.sp_middle),field(2,',')\" -m beg ' port' }",
  'http-request set-var(txn.sp_request_id) "var(txn.sp_id),field(2,\'\\"\')" if sp_signed',
  'acl sp_ipv6    var(txn.sp_ip) -m sub :',
  'acl sp_ported  var(txn.sp_port) -m found',
  "acl sp_country var(txn.sp_middle) -m end ', country='",
  'http-request set-var(txn.sp_node) var(txn.sp_ip)',
  'http-request set-var-fmt(txn.sp_node) [%[var(txn.sp_ip)]] if sp_ipv6',
]

/** Rules after those of `formatChecks`. */
export function formatRestoring(facts: readonly Fact[]): readonly string[] {
  return [
    ...RULES,
    '# Whatever claims an identity goes, in any spelling that an application may take for the usual one.',
    `http-request del-header '${IDENTITY_PATTERN}' -m reg if sp_admitted`,
    '# To an application behind CGI it would be HTTP_PROXY (httpoxy, CVE-2016-5385).',
    'http-request del-header Proxy if sp_admitted',
    '# WebSockets are the only upgrade: what goes through any other tunnel, such as h2c, nobody would check.',
    "http-request del-header Upgrade if sp_admitted { req.fhdr(upgrade) -m reg -i '^(?!websocket$)' }",
    '# What the application gets instead.',
    'http-request set-header Host %[var(txn.sp_public)] if sp_signed',
    'http-request add-header X-Forwarded-For %[var(txn.sp_ip)] if sp_signed',
    'http-request add-header X-Forwarded-Host %[var(txn.sp_public)] if sp_signed',
    'http-request add-header X-Forwarded-Proto %[var(txn.sp_scheme)] if sp_signed',
    'http-request add-header X-Real-IP %[var(txn.sp_ip)] if sp_signed',
    'http-request add-header X-Request-ID %[var(txn.sp_request_id)] if sp_signed',
    ...FORWARDED,
    ...READINGS.filter(({ fact }) => facts.includes(fact)).map(formatReading),
    '# Rules of your own for admitted requests go above this line, or into backends: below it is the way out.',
    'http-request allow if sp_admitted',
  ]
}
