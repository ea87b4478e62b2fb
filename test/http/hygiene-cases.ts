/** For each hygiene rule, requests that it refuses and those next to them that pass, under {@link BOUNDS}. */
import type { HygieneBounds } from '../../src/http/hygiene-rules.ts'
import type { FactsChange } from './facts.ts'

export const BOUNDS: HygieneBounds = {
  methods: ['GET', 'POST'],
  max_url_bytes: 40,
  max_header_count: 3,
  max_header_bytes: 60,
  max_header_value_bytes: 30,
  max_query_parameters: 2,
  max_cookies: 2,
  max_cookie_bytes: 20,
  trailing_host_dot: 'refuse',
}
export interface Case {
  readonly rule: string
  readonly status: number
  readonly refused: readonly FactsChange[]
  /** What differs least from what is refused. */
  readonly passed: readonly FactsChange[]
}

export const field = (...headers: (readonly [string, string])[]): FactsChange => ({ headers })
const auth = (value: string): FactsChange => field(['authorization', value])

/** Refused in every mode: two readings, or none. */
export const ALWAYS: readonly Case[] = [
  {
    rule: 'content-length-with-transfer-encoding',
    status: 400,
    refused: [field(['content-length', '5'], ['transfer-encoding', 'chunked'])],
    passed: [field(['content-length', '5']), field(['transfer-encoding', 'chunked'])],
  },
  {
    rule: 'transfer-encoding',
    status: 400,
    refused: ['gzip, chunked', 'chunked, chunked', 'identity', '', ' chunked', 'xchunked'].map((coding) =>
      field(['transfer-encoding', coding]),
    ),
    passed: [field(['transfer-encoding', 'Chunked'])],
  },
  {
    rule: 'content-length',
    status: 400,
    refused: ['', '-1', '+1', '1 ', '0x1', '1.0', '1e1', '5, 5', '1'.repeat(16)].map((length) =>
      field(['content-length', length]),
    ),
    passed: [field(['content-length', '0']), field(['content-length', '000100'])],
  },
  {
    rule: 'host',
    status: 400,
    refused: [{ host: '' }, { host: 'a, b' }, { host: 'user@app.example' }],
    passed: [{ host: 'app.example:8443' }, { host: '[::1]' }],
  },
  {
    rule: 'duplicate-identity',
    status: 400,
    refused: [
      field(['CF-Connecting-IP', '192.0.2.1'], ['cf-connecting-ip', '192.0.2.2']),
      field(['Authorization', 'Basic YQ=='], ['authorization', 'Basic Yg==']),
      auth('Basic YQ==,Bearer b'),
      auth('Digest realm="a, b", nc=1, Bearer x'),
    ],
    passed: [
      field(['cf-connecting-ip', '192.0.2.1']),
      auth('Bearer a.b-c_d~e+f/g=='),
      auth('Digest a="b", nc=00000001, qop=auth'),
      auth('Digest realm="Hello, my friend"'),
      auth('Digest realm="a\\", b c"'),
      auth('X Credential=a/b, SignedHeaders=c'),
      field(['via', 'a'], ['via', 'b']),
    ],
  },
  {
    rule: 'body-not-allowed',
    status: 400,
    refused: [{ hasBody: true }, { method: 'HEAD', hasBody: true }],
    passed: [{ method: 'POST', hasBody: true }, { hasBody: false }],
  },
  {
    rule: 'method',
    status: 405,
    refused: [{ method: 'TRACE' }, { method: 'CONNECT' }],
    passed: [{ method: 'POST' }],
  },
  {
    rule: 'not-origin-form',
    status: 400,
    refused: [{ target: '*' }, { target: 'http://app.example/' }, { target: '/a#b' }],
    passed: [{ target: '/*' }, { target: '/http://app.example/' }],
  },
  {
    rule: 'nul',
    status: 400,
    refused: [{ target: '/%00' }, { target: '/a\0' }],
    passed: [{ target: '/%20' }],
  },
  {
    rule: 'bad-escape',
    status: 400,
    refused: [{ target: '/%' }, { target: '/%zz' }],
    passed: [{ target: '/%25' }],
  },
  {
    rule: 'dot-segment',
    status: 400,
    refused: [{ target: '/a/../b' }, { target: '/%2e%2e;x' }, { target: '/..%2f' }],
    passed: [{ target: '/a..b' }, { target: '/?../..' }],
  },
  {
    rule: 'url-too-long',
    status: 414,
    refused: [{ target: `/${'a'.repeat(65_536)}` }],
    passed: [{ target: '/a' }],
  },
]

export const RELAXABLE: readonly Case[] = [
  { rule: 'encoded-slash', status: 400, refused: [{ target: '/a%2fb' }], passed: [{ target: '/a?%2f' }] },
  {
    rule: 'encoded-backslash',
    status: 400,
    refused: [{ target: '/a%5cb' }, { target: '/a\\b' }],
    passed: [{ target: '/a?\\' }],
  },
  { rule: 'encoded-control', status: 400, refused: [{ target: '/%0d%0a' }], passed: [{ target: '/?%0a' }] },
  { rule: 'double-encoding', status: 400, refused: [{ target: '/%252f' }], passed: [{ target: '/?%252f' }] },
  {
    rule: 'query-bad-escape',
    status: 400,
    refused: [{ target: '/?100%' }],
    passed: [{ target: '/?100%25' }],
  },
  { rule: 'query-nul', status: 400, refused: [{ target: '/?%00' }], passed: [{ target: '/?%01' }] },
]

export const SIZES: readonly Case[] = [
  {
    rule: 'url-too-long',
    status: 414,
    refused: [{ target: `/${'a'.repeat(40)}` }, { target: `/?${'//'.repeat(20)}` }],
    passed: [{ target: `/${'a'.repeat(39)}` }],
  },
  {
    rule: 'header-count',
    status: 431,
    refused: [field(['a', ''], ['b', ''], ['c', ''], ['d', ''])],
    passed: [field(['a', ''], ['b', ''], ['c', ''])],
  },
  {
    rule: 'header-bytes',
    status: 431,
    refused: [field(['a', 'x'.repeat(29)], ['b', 'x'.repeat(30)])],
    passed: [field(['a', 'x'.repeat(29)], ['b', 'x'.repeat(29)])],
  },
  {
    rule: 'cookie-bytes',
    status: 431,
    refused: [
      field(['cookie', 'x'.repeat(21)]),
      field(['cookie', 'x'.repeat(10)], ['cookie', 'y'.repeat(9)]),
    ],
    passed: [field(['cookie', 'x'.repeat(20)]), field(['cookies', 'x'.repeat(21)])],
  },
  {
    rule: 'cookie-count',
    status: 431,
    refused: [field(['cookie', 'a=1; b=2; c=3']), field(['cookie', 'a; b'], ['cookie', 'c'])],
    passed: [field(['cookie', 'a=1; b=2'])],
  },
  {
    rule: 'header-value-bytes',
    status: 431,
    refused: [field(['a', 'x'.repeat(31)])],
    passed: [field(['a', 'x'.repeat(30)])],
  },
  {
    rule: 'query-parameters',
    status: 400,
    refused: [{ target: '/?a&b&c' }, { target: '/?&&' }],
    passed: [{ target: '/?a&b' }, { target: '/a&b&c' }],
  },
  {
    rule: 'trailing-host-dot',
    status: 400,
    refused: [{ host: 'app.example.' }],
    passed: [{ host: 'app.example' }],
  },
  {
    rule: 'body-too-large',
    status: 413,
    refused: [{ method: 'POST', headers: [['content-length', '101']], hasBody: true }],
    passed: [{ method: 'POST', headers: [['content-length', '100']], hasBody: true }],
  },
  {
    rule: 'method',
    status: 405,
    refused: [{ method: 'PUT' }, { method: 'get' }, { method: '' }],
    passed: [{ method: 'GET' }],
  },
]
