import { describe, expect, it, test } from 'vitest'
import type { AssessmentView } from '../../../src/http/rule-fields/assessment-view.ts'
import { FIELD_DEFINITIONS } from '../../../src/http/rule-fields/definitions.ts'
import { FIELD_READERS, READABLE_FIELDS } from '../../../src/http/rule-fields/readers.ts'
import { UNAVAILABLE_FIELDS } from '../../../src/http/rule-fields/unavailable-fields.ts'
import { formatType, type Type } from '../../../src/lang/type.ts'
import type { Value } from '../../../src/lang/value.ts'
import { createFacts } from '../facts.ts'
import { CLOUDFLARE_FIELDS } from './cloudflare-fields.ts'

const ALL = Object.entries(CLOUDFLARE_FIELDS).flatMap(([type, names]) =>
  names.map((name) => [name, type] as const),
)

test('the list of Cloudflare names is whole', () => {
  expect(new Set(ALL.map(([name]) => name)).size).toBe(173)
})

it.each(ALL)('%s is known with its type, %s', (name, type) => {
  const definition = FIELD_DEFINITIONS.get(name)
  expect(definition && formatType(definition.type)).toBe(type)
})

test('a field that cannot be read has a reason of one sentence', () => {
  for (const [name, { unavailable, alias }] of FIELD_DEFINITIONS) {
    const readable = FIELD_READERS.has(alias ?? name)
    expect([name, readable]).toEqual([name, unavailable === undefined])
    if (unavailable !== undefined) expect(unavailable).toMatch(/^[A-Z].{10,160}\.$/)
  }
})

test('no field has two definitions', () => {
  const names = [
    ...READABLE_FIELDS.map(([name]) => name),
    ...UNAVAILABLE_FIELDS.flatMap(({ fields }) => fields.map(([name]) => name)),
  ]
  expect(new Set(names).size).toBe(names.length)
})

test('a deprecated name says which field is meant, and has the same definition', () => {
  const aliases = [...FIELD_DEFINITIONS].filter(([, { alias }]) => alias !== undefined)
  expect(aliases.map(([name]) => name).sort()).toEqual([
    'ip.geoip.asnum',
    'ip.geoip.continent',
    'ip.geoip.country',
    'ip.geoip.is_in_european_union',
    'ip.geoip.subdivision_1_iso_code',
    'ip.geoip.subdivision_2_iso_code',
  ])
  for (const [, { alias, ...definition }] of aliases) {
    expect(definition).toEqual(FIELD_DEFINITIONS.get(alias ?? ''))
  }
})

/** Whether a value is one of this type. */
function isOfType(value: Value, type: Type): boolean {
  switch (type) {
    case 'Bool':
      return typeof value === 'boolean'
    case 'Int':
      return typeof value === 'number' && Number.isSafeInteger(value)
    case 'Bytes':
      return typeof value === 'string' && /^[^\u0100-\uffff]*$/.test(value)
    case 'Ip':
      return typeof value === 'object' && 'version' in value
    default:
  }
  if ('array' in type) return Array.isArray(value) && value.every((item) => isOfType(item, type.array))
  return value instanceof Map && [...value.values()].every((item) => isOfType(item, type.map))
}

const RICH = createFacts({
  target: '/a/%C3%A9.PNG?é=1&b',
  headers: [
    ['cookie', 'a=ü'],
    ['user-agent', '€'],
    ['accept-language', 'de'],
    ['content-type', 'application/x-www-form-urlencoded'],
  ],
  client: {
    country: 'DE',
    asn: 64500,
    colo: 'FRA',
    tls: 'TLSv1.3',
    protocol: 'HTTP/2',
    ray: '9a3cf5b8edcb2dc8',
    edge: {
      continent: 'EU',
      city: 'Köln',
      region: 'Nordrhein-Westfalen',
      regionCode: 'NW',
      metroCode: '0',
      postalCode: '50667',
      latitude: '50.9',
      longitude: '6.9',
      timezone: 'Europe/Berlin',
      clientTcpRtt: 12,
      clientQuicRtt: 0,
      edgeL4: { deliveryRate: 1234.5 },
      hostMetadata: { tier: 'größer' },
      tlsCipher: 'AEAD-AES128-GCM-SHA256',
      tlsClientHelloLength: '508',
      tlsClientRandom: 'YWJjZA==',
      tlsClientCiphersSha1: 'x',
      tlsClientExtensionsSha1: 'y',
      tlsClientExtensionsSha1Le: 'z',
      verifiedBotCategory: '',
      botManagement: {
        score: 12,
        verifiedBot: false,
        corporateProxy: false,
        staticResource: true,
        ja3Hash: 'a',
        ja4: 'b',
        jsDetection: { passed: true },
        detectionIds: [1, 2, 'x'],
      },
    },
  },
})

describe('a request of which everything is known', () => {
  it.each(READABLE_FIELDS)('has a value of the type: %s, %s', (name, _, read) => {
    const response = { status: 200, headers: new Map([['content-type', 'Text/HTML; charset=x']]) }
    const drawSeed = (): string => '\x00\xff'.repeat(8)
    const body = { raw: 'a=%ff&b', size: 7, truncated: false }
    const bot = (): AssessmentView => ({
      declared: true,
      agent: { name: 'ExampleBot', class: 'seo' },
      verdict: { kind: 'unverifiable' },
      score: 20,
      band: 'likely-human',
    })
    const value = read({ request: RICH, now: 1_795_000_000_123, drawSeed, body, response, bot })
    const type = FIELD_DEFINITIONS.get(name)?.type
    expect(type).toBeDefined()
    expect(value).toBeDefined()
    expect(value !== undefined && type !== undefined && isOfType(value, type)).toBe(true)
  })
})

describe('a request that nothing is known of', () => {
  it.each(READABLE_FIELDS)('has a missing value or one of the type: %s, %s', (name, _, read) => {
    const value = read({ request: createFacts(), now: 0 })
    const type = FIELD_DEFINITIONS.get(name)?.type
    expect(value === undefined || (type !== undefined && isOfType(value, type))).toBe(true)
  })

  it.each(READABLE_FIELDS)('has the same where Cloudflare says nonsense: %s', (name, _, read) => {
    const nonsense = new Proxy({}, { getOwnPropertyDescriptor: () => ({ value: [], configurable: true }) })
    for (const wrong of [null, 7, 'x', [], {}, nonsense]) {
      const edge = Object.fromEntries(Object.keys(RICH.client.edge ?? {}).map((key) => [key, wrong] as const))
      const request = createFacts({ client: { edge: { ...edge, tlsClientAuth: wrong } } })
      const value = read({ request, now: 0 })
      const type = FIELD_DEFINITIONS.get(name)?.type
      expect(value === undefined || (type !== undefined && isOfType(value, type))).toBe(true)
    }
  })
})
