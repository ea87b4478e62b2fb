/** A policy with one of everything, and one as small as can be whose parts all say which version they are of. */
import { bundleParts } from '../../src/bundle/encode-bundle.ts'
import type { PolicyModel } from '../../src/bundle/model.ts'
import type { LogicalNode, ValueNode } from '../../src/lang/ast.ts'
import { parsePrefix } from '../../src/net/prefix.ts'
import { buildPrefixSet } from '../../src/net/prefix-set.ts'

const scope = {
  hosts: ['*.example.com'],
  paths: [{ kind: 'prefix', value: '/a' } as const],
  methods: ['GET'],
}
const edits = { set: [['x-a', '1'] as const], add: [['x-b', 'two words'] as const], remove: ['x-c'] }
const route = {
  description: '',
  hosts: ['*'],
  relax: ['encoded-slash' as const],
  max_body: 1,
  digest_body: 0,
  request_headers: edits,
  response_headers: edits,
}
const filter: LogicalNode = {
  kind: 'comparison',
  left: { kind: 'field', name: 'http.host', type: 'Bytes' },
  operation: { kind: 'contains', value: 'x' },
}
const value: ValueNode = { kind: 'field', name: 'http.request.uri.path', type: 'Bytes' }
const rule = { description: '', mode: 'enforce', percentage: 100, filter, expression: '…' } as const

export const fullModel: PolicyModel = {
  schema: 3,
  version: '0123456789abcdef',
  settings: {
    unknown_host: 421,
    stages: { hygiene: 'enforce', access: 'log', rules: 'enforce', limits: 'off', dos: 'log' },
    signature_ttl: 30,
    records_per_second: 10,
    record_query: false,
  },
  hygiene: {
    methods: ['GET'],
    max_url_bytes: 1,
    max_header_count: 1,
    max_header_bytes: 1,
    max_header_value_bytes: 1,
    max_query_parameters: 1,
    max_cookies: 1,
    max_cookie_bytes: 1,
    trailing_host_dot: 'strip',
  },
  access: [
    {
      id: 'g',
      description: 'a guard',
      mode: 'enforce',
      scope,
      prefixes: 'cidr/g',
      asns: { allow: [1], deny: [4_294_967_295] },
      countries: { allow: ['DE'], deny: ['T1'] },
      allow_listed_only: true,
    },
  ],
  lists: [
    { name: 'nets', kind: 'ip', part: 'list/nets', count: 1 },
    { name: 'asns', kind: 'asn', values: [64_500] },
    { name: 'lands', kind: 'country', values: ['DE'] },
    { name: 'hosts', kind: 'hostname', values: ['*.example.com'] },
  ],
  rules: [
    {
      ...rule,
      id: 'r1',
      phase: 'http_request_dynamic_redirect',
      action: { kind: 'redirect', status: 302, target: '/x', preserve_query: true },
    },
    {
      ...rule,
      id: 'r2',
      phase: 'http_request_dynamic_redirect',
      action: { kind: 'redirect', status: 302, target: value, preserve_query: true },
    },
    { ...rule, id: 'r3', phase: 'http_request_firewall_custom', action: { kind: 'block', status: 403 } },
    { ...rule, id: 'r4', phase: 'http_request_firewall_custom', action: { kind: 'managed_challenge' } },
    {
      ...rule,
      id: 'r5',
      phase: 'http_request_firewall_custom',
      action: { kind: 'skip', current: true, phases: ['http_ratelimit'], rules: ['r3'] },
    },
    {
      ...rule,
      id: 'r6',
      phase: 'http_request_late_transform',
      action: {
        kind: 'rewrite',
        headers: [
          { operation: 'remove', name: 'x-a' },
          { operation: 'set', name: 'x-b', value: '1' },
          { operation: 'add', name: 'x-c', expression: value },
        ],
      },
    },
  ],
  limits: [
    {
      id: 'l',
      description: '',
      mode: 'log',
      scope,
      filter,
      counting: { filter, readsResponse: true },
      requests_to_origin: true,
      characteristics: [
        { kind: 'ip.src' },
        { kind: 'http.request.headers', name: 'x-api-key' },
        { kind: 'expression', node: value, source: 'http.request.uri.path' },
      ],
      readsBody: true,
      period: 86_400,
      requests_per_period: 5,
      score_header: 'x-score',
      mitigation_timeout: 604_800,
      escalate: { factor: 2, max: 604_800 },
      ban: { after: 1, timeout: 2_592_000 },
      action: 'managed_challenge',
      on_error: 'local',
      timeout_ms: 250,
      status: 429,
      response: { content_type: 'text/plain; charset=utf-8', content: 'é' },
      counting_scope: 'region',
      accuracy: 'strict',
      announce: true,
    },
  ],
  dos: {
    bans: { mode: 'enforce', status: 403 },
    detection: {
      mode: 'log',
      min_rate: 1,
      factor: 2,
      explains: 60,
      timeout: 60,
      max_timeout: 3600,
      wide_action: 'challenge',
    },
    attack_mode: { mode: 'enforce', factor: 2, min_rate: 1, error_share: 50, quiet: 60, action: 'challenge' },
    bodies: {
      mode: 'enforce',
      first_byte_ms: 10_000,
      deadline_ms: 60_000,
      min_rate: 100,
      json: { max_depth: 1, max_keys: 1, max_items: 1, max_string: 1 },
      xml: { max_depth: 1, max_elements: 1, max_attributes: 1 },
      form: { max_keys: 1 },
      compressed: { allow: ['gzip'], max_size: 1, max_ratio: 1 },
    },
  },
  routes: [
    {
      ...route,
      id: 'f',
      path: { kind: 'prefix', value: '/' },
      action: { kind: 'forward', origin: 'http://127.0.0.1:8788', replace_prefix: '/x', timeout_ms: 0 },
    },
    {
      ...route,
      id: 'r',
      path: { kind: 'exact', value: '/old' },
      action: { kind: 'redirect', status: 308, location: '/new', preserve_path: false, preserve_query: true },
    },
    {
      ...route,
      id: 's',
      path: { kind: 'exact', value: '/s' },
      action: { kind: 'respond', status: 200, content_type: 'text/plain', body: 'é' },
    },
  ],
}

/** A set in which 192.0.2.0/24 has the value. */
export function oneNetwork(mark: number, padding = 0): ArrayBuffer {
  const network = (text: string) => {
    const parsed = parsePrefix(text)
    if (!parsed.ok) throw new Error(parsed.message)
    return parsed.prefix
  }
  const more = Array.from({ length: padding }, (_, i) => ({
    prefix: network(`10.${(i >> 8) & 255}.${i & 255}.0/25`),
    value: mark,
  }))
  return buildPrefixSet([{ prefix: network('192.0.2.0/24'), value: mark }, ...more])
}

export function fullSets(): Map<string, ArrayBuffer> {
  return new Map([
    ['cidr/g', oneNetwork(2)],
    ['list/nets', oneNetwork(1)],
  ])
}

export type Parts = ReadonlyMap<string, Uint8Array<ArrayBuffer>>

/**
 * The parts of version `n` (1 to 255): the model's version, the list `small` and the list `large` (a blob of
 * its own) say so. `shared` is a large list that is the same in every version.
 */
export function markedParts(n: number, { large = true } = {}): Parts {
  const guard = fullModel.access[0]
  const list = (name: string) => ({ name, kind: 'ip', part: `list/${name}`, count: 1 }) as const
  const model: PolicyModel = {
    ...fullModel,
    version: n.toString(16).padStart(16, '0'),
    access: guard ? [{ ...guard, prefixes: '' }] : [],
    lists: [list('small'), ...(large ? [list('large'), list('shared')] : [])],
    rules: [],
    limits: [],
  }
  const sets = new Map([['list/small', oneNetwork(n)]])
  if (large) sets.set('list/large', oneNetwork(n, 10_000)).set('list/shared', oneNetwork(255, 9000))
  return bundleParts(model, sets)
}
