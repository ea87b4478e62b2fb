/** Expressions about what their requests are made of, so that many match and many contradict each other. */
import fc from 'fast-check'
import type { RuleFacts } from '../../../src/http/rule-fields/rule-facts.ts'
import { createFacts } from '../../http/facts.ts'

const PATHS = [
  '/',
  '/a',
  '/a/',
  '/a/b',
  '/A/b',
  '/a%2Fb',
  '/a.php',
  '/b c',
  '//a',
  '/%61',
  '/a/%C3%A9',
  '/x.PHP?y',
]
const HOSTS = ['a.example', 'b.example', 'A.example', 'sub.a.example:8443', '[2001:db8::1]', 'a.example.']
const QUERIES = ['', '?', '?a=1', '?a=%3Cscript&b', '?a=<script', '?A=1&a=2', "?q='"]
const METHODS = ['GET', 'POST', 'PUT', 'HEAD']
const ADDRESSES = ['192.0.2.1', '192.0.2.200', '198.51.100.7', '2001:db8::1', '::ffff:192.0.2.1']
const COUNTRIES = ['DE', 'FR', 'T1', 'XX']

const texts = [
  ...PATHS,
  ...HOSTS,
  ...QUERIES.map((query) => query.slice(1)),
  'a',
  'B',
  '.php',
  'PHP',
  '<script',
  '%3Cscript',
  'example',
  'get',
  ...METHODS,
]

/** Half of them end in something that other texts contain, too. */
const text = fc.constantFrom(...texts).map((value) => JSON.stringify(value).replace(/[^\x20-\x7e]/g, '?'))

const fields = fc.constantFrom(
  'http.request.uri.path',
  'http.request.uri.path',
  'http.host',
  'http.request.uri.query',
  'http.request.uri',
  'http.request.full_uri',
  'http.request.method',
  'http.request.uri.path.extension',
  'lower(http.request.uri.path)',
  'upper(http.host)',
  'http.request.headers["x-a"][0]',
  'http.request.headers["X-A"][0]',
  'ip.src.country',
)

const elements = fc.constantFrom(
  'http.request.headers.names[*]',
  'http.request.headers["x-a"][*]',
  'http.request.headers["X-A"][*]',
  'http.request.uri.args.names[*]',
  'http.request.uri.args.values[*]',
  'lower(http.request.headers.names[*])[*]',
)

function textTest(of: string): fc.Arbitrary<string> {
  return fc.oneof(
    text.map((value) => `${of} eq ${value}`),
    text.map((value) => `${of} ne ${value}`),
    fc.array(text, { maxLength: 3 }).map((values) => `${of} in {${values.join(' ')}}`),
    text.map((value) => `${of} contains ${value}`),
    text.map((value) => `${of} wildcard ${value.replace(/"$/, '*"')}`),
    text.map((value) => `${of} strict wildcard ${value.replace(/^"/, '"*')}`),
    fc.constantFrom('^/a', 'b$', '[aA]', '^GET$').map((value) => `${of} matches "${value}"`),
    text.map((value) => `${of} ge ${value}`),
  )
}

const int = fc.integer({ min: -2, max: 8 })
const network = fc.constantFrom(
  '192.0.2.0/24',
  '192.0.2.1',
  '192.0.2.128/25',
  '2001:db8::/32',
  '::ffff:192.0.2.1',
)

const atom = fc.oneof(
  { weight: 6, arbitrary: fields.chain(textTest) },
  { weight: 2, arbitrary: fc.tuple(fields, text).map(([of, value]) => `starts_with(${of}, ${value})`) },
  { weight: 2, arbitrary: fc.tuple(fields, text).map(([of, value]) => `ends_with(${of}, ${value})`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fields, fc.constantFrom('eq', 'ne', 'lt', 'ge'), int)
      .map(([of, op, value]) => `len(${of}) ${op} ${value}`),
  },
  { weight: 2, arbitrary: fc.array(network, { maxLength: 2 }).map((all) => `ip.src in {${all.join(' ')}}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('ip.src eq 192.0.2.1', 'ip.src ne 2001:db8::1', 'ip.src gt 192.0.2.100'),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('any', 'all'), elements.chain(textTest), fc.boolean())
      .map(([kind, test, negated]) => `${kind}(${negated ? 'not ' : ''}${test})`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'ssl',
      'ip.src.country in $places',
      'http.host in $hosts',
      'len(http.request.headers["X-A"]) gt 0',
    ),
  },
)

/** Expressions of the request's phases, by weight of their size. */
export const expression: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    atom,
    tie('node').map((node) => `not (${node})`),
    fc
      .tuple(
        fc.constantFrom('and', 'and', 'or', 'xor'),
        fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      )
      .map(([op, nodes]) => nodes.map((node) => `(${node})`).join(` ${op} `)),
  ),
})).node

/** Requests that hygiene lets through. */
export const requests: fc.Arbitrary<RuleFacts> = fc
  .record({
    path: fc.constantFrom(...PATHS),
    query: fc.constantFrom(...QUERIES),
    host: fc.constantFrom(...HOSTS),
    method: fc.constantFrom(...METHODS),
    address: fc.constantFrom(...ADDRESSES),
    country: fc.option(fc.constantFrom(...COUNTRIES), { nil: undefined }),
    scheme: fc.constantFrom('http' as const, 'https' as const),
    header: fc.option(fc.constantFrom('a', '/a', '', 'B', 'GET'), { nil: undefined }),
  })
  .map(({ path, query, host, method, address, country, scheme, header }): RuleFacts => {
    const target = path.includes('?') ? path : path + query
    const headers = header === undefined ? [] : ([['X-A', header]] as const)
    const client = country === undefined ? {} : { country }
    return {
      request: createFacts({ target, host, method, address, scheme, headers, client }),
      now: 1_800_000_000_123,
    }
  })
