import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseClient, parseVerdict, serializeClient, serializeVerdict } from '../../src/signature/fields.ts'
import { CLIENT, clients, VERDICT, verdicts } from './fixtures.ts'

/** The structured-field parser that the interop library brings: an independent reading of RFC 9651. */
interface StructuredHeaders {
  parseDictionary(text: string): Map<string, [unknown, Map<string, unknown>]>
}

function loadStructuredHeaders(): StructuredHeaders {
  const require = createRequire(createRequire(import.meta.url).resolve('http-message-signatures'))
  const loaded: StructuredHeaders = require('structured-headers')
  return loaded
}

const { parseDictionary } = loadStructuredHeaders()

describe('Sallyport-Client', () => {
  test('is a dictionary with one fixed key order', () => {
    expect(serializeClient(CLIENT)).toBe(
      'ip="203.0.113.77", host="shop.example", scheme=https, port=50123, country="NO", asn=64496, colo="OSL", tls="TLSv1.3", protocol="HTTP/2"',
    )
  })

  test('reads back what was written', () => {
    fc.assert(
      fc.property(
        clients,
        (client) => void expect(parseClient(serializeClient(client) ?? '')).toEqual(client),
      ),
    )
  })

  test('means the same to an independent structured-field parser', () => {
    fc.assert(
      fc.property(clients, (client) => {
        const members = parseDictionary(serializeClient(client) ?? '')
        const seen = Object.fromEntries(
          [...members].map(([key, [value]]) => [key, typeof value === 'object' ? String(value) : value]),
        )
        expect(seen).toEqual(client)
      }),
    )
  })

  test('cannot be written without a plain address and host', () => {
    expect(serializeClient({ ...CLIENT, ip: '203.0.113.77", host="evil' })).toBeUndefined()
    expect(serializeClient({ ...CLIENT, ip: '' })).toBeUndefined()
    expect(serializeClient({ ...CLIENT, host: 'søk.example' })).toBeUndefined()
    expect(serializeClient({ ...CLIENT, host: 'a\r\nb' })).toBeUndefined()
  })

  test('leaves out an optional fact that cannot be written', () => {
    const odd = { ...CLIENT, country: 'no"', asn: -1, colo: 'é', tls: 'a"b', protocol: '\u0000', port: 1.5 }
    expect(serializeClient(odd)).toBe('ip="203.0.113.77", host="shop.example", scheme=https')
  })

  test.each([
    '',
    'ip="203.0.113.77"',
    'host="a", ip="203.0.113.77", scheme=https',
    'ip="203.0.113.77",host="a", scheme=https',
    'ip="203.0.113.77", host="a", scheme=ftp',
    'ip="203.0.113.77", host="a", scheme=https, asn=01',
    'ip="203.0.113.77", host="a", scheme=https, evil=1',
    'ip="203.0.113.77", host="A", scheme=https',
    'ip="203.0.113.77", host="a", scheme=https ',
    'ip="unknown", host="a", scheme=https',
    `ip="203.0.113.77", host="${'a'.repeat(300)}", scheme=https`,
  ])('refuses any other spelling: %s', (value) => {
    expect(parseClient(value)).toBeUndefined()
  })
})

describe('Sallyport-Verdict', () => {
  test('is a dictionary with an inner list of logged rules', () => {
    expect(serializeVerdict(VERDICT)).toBe(
      'action=pass, policy="0123456789abcdef", route="shop", log=("access.x" "limits.y")',
    )
    expect(serializeVerdict({ ...VERDICT, log: [] })).toBe(
      'action=pass, policy="0123456789abcdef", route="shop"',
    )
  })

  test('reads back what was written, whatever ids hold', () => {
    fc.assert(
      fc.property(verdicts, (verdict) => {
        const text = serializeVerdict(verdict)
        expect(text).toMatch(/^[\x20-\x7e]+$/)
        expect(parseVerdict(text ?? '')).toEqual(verdict)
      }),
    )
  })

  test('means the same to an independent structured-field parser', () => {
    fc.assert(
      fc.property(verdicts, (verdict) => {
        const members = parseDictionary(serializeVerdict(verdict) ?? '')
        const log = members.get('log')?.[0]
        const ids = Array.isArray(log) ? log.map(([id]: [string]) => decodeURIComponent(id)) : []
        expect(ids).toEqual(verdict.log)
        expect(String(members.get('action')?.[0])).toBe('pass')
      }),
    )
  })

  test('says who the bot is after everything else, in one text', () => {
    const bot = 'verified unsure 35 hints-mobile,protocol-old Yahoo! Slurp'
    expect(serializeVerdict({ ...VERDICT, bot })).toBe(
      `action=pass, policy="0123456789abcdef", route="shop", log=("access.x" "limits.y"), bot="${bot}"`,
    )
    expect(serializeVerdict({ ...VERDICT, log: [], bot })).toBe(
      `action=pass, policy="0123456789abcdef", route="shop", bot="${bot}"`,
    )
  })

  test.each(['', 'a"b', 'a\\b', 'a\nb', 'é', 'a'.repeat(129)])('leaves out a bot that is %j', (bot) => {
    expect(serializeVerdict({ ...VERDICT, bot })).toBe(serializeVerdict(VERDICT))
  })

  test('keeps the first sixteen logged rules', () => {
    const log = Array.from({ length: 20 }, (_, i) => `rule.${i}`)
    expect(parseVerdict(serializeVerdict({ ...VERDICT, log }) ?? '')?.log).toEqual(log.slice(0, 16))
  })

  test('cannot be written with an empty or endless id', () => {
    expect(serializeVerdict({ ...VERDICT, route: '' })).toBeUndefined()
    expect(serializeVerdict({ ...VERDICT, policy: 'x'.repeat(129) })).toBeUndefined()
    expect(serializeVerdict({ ...VERDICT, log: [''] })).toBeUndefined()
  })

  test.each([
    '',
    'action=block, policy="p", route="r"',
    'action=pass, route="r", policy="p"',
    'action=pass, policy="p", route="r", log=()',
    'action=pass, policy="p", route="r", log=("a"  "b")',
    'action=pass, policy="p", route="%41"',
    'action=pass, policy="p", route="%ff"',
    'action=pass, policy="p", route="%"',
    'action=pass, policy="p", route="r";x',
  ])('refuses any other spelling: %s', (value) => {
    expect(parseVerdict(value)).toBeUndefined()
  })
})
