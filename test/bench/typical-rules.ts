/** Rules as operators write them, by what they spend their time on, and a request that matches none of them. */
import { FUNCTION_SIGNATURES, FUNCTIONS } from '../../src/lang/functions/table.ts'
import type { Environment } from '../../src/lang/program.ts'
import type { Scheme } from '../../src/lang/scheme.ts'
import { parseType } from '../../src/lang/type.ts'
import type { Value } from '../../src/lang/value.ts'

const TYPES: Readonly<Record<string, string>> = {
  'http.host': 'Bytes',
  'http.request.method': 'Bytes',
  'http.request.uri': 'Bytes',
  'http.request.full_uri': 'Bytes',
  'http.request.uri.path': 'Bytes',
  'http.request.uri.query': 'Bytes',
  'http.user_agent': 'Bytes',
  'http.request.headers': 'Map(Array(Bytes))',
  'http.request.headers.names': 'Array(Bytes)',
  'http.request.uri.args.values': 'Array(Bytes)',
  'ip.src': 'Ip',
  'ip.src.country': 'Bytes',
  'ip.src.asnum': 'Int',
  'cf.bot_management.score': 'Int',
  ssl: 'Bool',
}

export const SCHEME: Scheme = {
  fields: new Map(Object.entries(TYPES).map(([name, type]) => [name, { type: parseType(type) }])),
  functions: FUNCTION_SIGNATURES,
  maxNesting: 128,
  maxLength: 4096,
}

export type Facts = Readonly<Record<string, Value>>

export const ENVIRONMENT: Environment<Facts> = {
  fields: new Map(Object.keys(TYPES).map((name) => [name, (facts: Facts) => facts[name]])),
  functions: FUNCTIONS,
  list: () => undefined,
  nilNotEqual: false,
}

const HEADERS: Readonly<Record<string, string>> = {
  host: 'shop.example.com',
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-language': 'en-US,en;q=0.5',
  'accept-encoding': 'gzip, deflate, br, zstd',
  cookie: 'session=0123456789abcdef0123456789abcdef; theme=dark; consent=yes',
  referer: 'https://shop.example.com/catalogue',
  connection: 'keep-alive',
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'same-origin',
  'upgrade-insecure-requests': '1',
}

/** Text that was just made, as a request's is: its hash is not known yet. */
function fresh(text: string): string {
  return `${text} `.slice(0, -1)
}

export function createFacts(): Facts {
  const path = '/catalogue/garden/chairs/Folding-Chair-42.html'
  const query = 'page=2&sort=price&filter=green&utm_source=newsletter'
  return {
    'http.host': fresh('shop.example.com'),
    'http.request.method': fresh('GET'),
    'http.request.uri': fresh(`${path}?${query}`),
    'http.request.full_uri': fresh(`https://shop.example.com${path}?${query}`),
    'http.request.uri.path': fresh(path),
    'http.request.uri.query': fresh(query),
    'http.user_agent': fresh(HEADERS['user-agent'] ?? ''),
    'http.request.headers': new Map(Object.entries(HEADERS).map(([name, value]) => [name, [fresh(value)]])),
    'http.request.headers.names': Object.keys(HEADERS).map(fresh),
    'http.request.uri.args.values': ['2', 'price', 'green', 'newsletter'].map(fresh),
    'ip.src': { version: 4, value: 0xc6336401 },
    'ip.src.country': fresh('DE'),
    'ip.src.asnum': 3320,
    'cf.bot_management.score': 87,
    ssl: true,
  }
}

/** Rules of each class for a number; none matches the request. */
export const CLASSES: Readonly<Record<string, (n: number) => string>> = {
  'eq, in, and': (n) =>
    [
      `http.host eq "api${n}.example.com" and http.request.method in {"PUT" "DELETE" "PATCH"}`,
      `http.request.method eq "POST" and http.request.uri.path eq "/login${n}"`,
      `ip.src.country in {"AA" "BB" "C${n % 10}"} and not ssl`,
      `ip.src.asnum in {64496 64497 ${65000 + n}} or cf.bot_management.score lt ${n % 30}`,
    ][n % 4] ?? '',
  'address set': (n) => `ip.src in {192.0.2.${n}/32 203.0.113.0/24 10.${n}.0.0/16 2001:db8:${n}::/48}`,
  contains: (n) =>
    `lower(http.request.uri.path) contains "/wp-${n}" or lower(http.user_agent) contains "bot${n}"`,
  'starts, ends': (n) =>
    `starts_with(http.request.uri.path, "/admin${n}") or ends_with(http.request.uri.path, ".php${n}")`,
  'regular expression': (n) => `http.request.uri.path matches "^/(?:api|v${n})/[a-z]+/\\d+$"`,
  wildcard: (n) => `http.request.full_uri wildcard "https://*.example.com/old${n}/*"`,
  'any header': (n) =>
    [
      `any(lower(http.request.headers.names[*])[*] eq "x-attack-${n}")`,
      `any(http.request.headers["x-forwarded-for"][*] contains "10.${n}.")`,
      `any(http.request.uri.args.values[*] contains "<script${n}")`,
    ][n % 3] ?? '',
  'key and length': (n) =>
    `len(http.request.headers["x-token-${n}"]) ge 1 or len(http.request.uri.query) gt ${2000 + n}`,
}

/** What a policy of 100 rules is made of. */
const MIX: Readonly<Record<string, number>> = {
  'eq, in, and': 40,
  'address set': 10,
  contains: 15,
  'starts, ends': 10,
  'regular expression': 8,
  wildcard: 5,
  'any header': 7,
  'key and length': 5,
}

/** `count` rules in the usual proportions, all different. */
export function typicalRules(count: number): readonly string[] {
  const pattern = Object.entries(MIX).flatMap(([name, share]) => new Array<string>(share).fill(name))
  return Array.from({ length: count }, (_, n) => CLASSES[pattern[(n * 37) % 100] ?? '']?.(n % 200) ?? '')
}
