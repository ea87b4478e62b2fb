import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  createOriginalReader,
  MODE_SHAPES,
  protocolsOf,
  SERVER_MODES,
} from '../../../src/origin/auth-server/modes.ts'
import type { Received } from '../../../src/signature/verify.ts'
import { addField, getField, setField } from '../edge.ts'
import { askAs } from './ask.ts'

const CLIENTS: Received = {
  method: 'POST',
  target: '/a%2Fb//c?d=e|f',
  fields: ['Host', 'Origin.example:8443', 'Accept', '*/*', 'x-seen', '1', 'X-Seen', '2'],
}

describe.each(SERVER_MODES)('as %s', (mode) => {
  const read = createOriginalReader(mode, '/verify')
  const names = Object.values(MODE_SHAPES[mode].fields)

  test('the client’s request comes out as it went in, doubled fields and all', () => {
    const original = read(askAs(mode, CLIENTS))
    if (typeof original === 'string') throw new Error(original)
    expect(original.method).toBe('POST')
    expect(original.target).toBe('/a%2Fb//c?d=e|f')
    expect(getField(original, 'Host')).toBe('Origin.example:8443')
    const seen = original.fields.filter((_, i) => original.fields[i - 1]?.toLowerCase() === 'x-seen')
    expect(seen).toEqual(['1', '2'])
  })

  test('there is one Host, and nothing of the question’s own framing', () => {
    const question = addField(askAs(mode, CLIENTS), 'transfer-Encoding', 'chunked')
    const original = read(addField(question, 'Connection', 'sallyport-client'))
    if (typeof original === 'string') throw new Error(original)
    const lower = original.fields.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase())
    expect(lower.filter((name) => name === 'host')).toHaveLength(1)
    expect(lower).not.toContain('content-length')
    expect(lower).not.toContain('transfer-encoding')
    expect(lower).not.toContain('connection')
  })

  test.each(names)('%s twice is refused, in any case and with the same value', (name) => {
    const question = askAs(mode, addField(CLIENTS, 'Connection', 'close'))
    expect(read(addField(question, name.toUpperCase(), getField(question, name)))).toBe('original-repeated')
  })

  test.each(names.filter((name) => !name.endsWith('connection')))('without %s it is refused', (name) => {
    expect(read(setField(askAs(mode, CLIENTS), name, undefined))).toBe('original-missing')
  })

  test.each(names)('%s in another spelling decides nothing', (name) => {
    const twins = [name.replaceAll('-', '_'), name.replaceAll('-', '.')]
    for (const twin of twins) {
      const original = read(addField(askAs(mode, CLIENTS), twin, '/admin'))
      if (typeof original === 'string') throw new Error(original)
      expect([original.method, original.target]).toEqual(['POST', '/a%2Fb//c?d=e|f'])
      expect(getField(original, 'Host')).toBe('Origin.example:8443')
    }
  })

  test('the fields of every other mode decide nothing', () => {
    let question = askAs(mode, CLIENTS)
    const others = SERVER_MODES.flatMap((other) => Object.values(MODE_SHAPES[other].fields))
    for (const name of [...others, 'x-original-uri', 'x-rewrite-url', 'x-http-method-override']) {
      if (!names.includes(name)) question = addField(question, name, '/admin')
    }
    const original = read(question)
    if (typeof original === 'string') throw new Error(original)
    expect([original.method, original.target]).toEqual(['POST', '/a%2Fb//c?d=e|f'])
    expect(getField(original, 'Host')).toBe('Origin.example:8443')
  })

  test('any targets and fields come through unchanged', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,15}$/).filter((text) => {
      const lower = text.toLowerCase()
      return !['host', 'connection', 'content-length', 'transfer-encoding'].includes(lower)
    })
    const value = fc.stringMatching(/^[\x21-\x7e]{0,20}$/)
    const target = fc.stringMatching(/^\/[\x21\x22\x24-\x7e]{0,40}$/)
    fc.assert(
      fc.property(target, fc.array(fc.tuple(name, value), { maxLength: 8 }), (raw, pairs) => {
        const fields = pairs.filter(([key]) => !names.includes(key.toLowerCase())).flat()
        const original = read(askAs(mode, { ...CLIENTS, target: raw, fields: ['Host', 'h', ...fields] }))
        if (typeof original === 'string') throw new Error(original)
        expect(original.target).toBe(raw)
        const rest = original.fields.filter((_, i) => original.fields[i - (i % 2)] !== 'Host')
        expect(rest).toEqual(fields)
      }),
    )
  })
})

describe('forms', () => {
  test.each(['ftp://h/a', 'http:///a', 'http://u@h/a', 'http://h', '/a', 'http://h\\@e/a', 'http://h e/a'])(
    'X-Original-URL %s is refused',
    (url) => {
      const read = createOriginalReader('ingress-nginx', '/verify')
      const fields = ['Host', 'x', 'X-Original-Method', 'GET', 'X-Original-URL', url]
      expect(read({ method: 'GET', target: '/', fields })).toBe('original-form')
    },
  )

  test.each(['/', '/verify', '/verifya', '/verify?x', 'http://h/verify/a', '*'])(
    'a mirrored question for %s is refused',
    (target) => {
      const read = createOriginalReader('envoy', '/verify')
      expect(read({ method: 'GET', target, fields: ['Host', 'h'] })).toBe('original-form')
    },
  )

  test.each([
    ['5;', ['Content-Length', '5']],
    [';chunked', ['Transfer-Encoding', 'chunked']],
    ['5;gzip;q=1', ['Content-Length', '5', 'Transfer-Encoding', 'gzip;q=1']],
    [';', []],
  ])('the framing %s is read as it was', (framing, expected) => {
    const read = createOriginalReader('apache', '/verify')
    const question = setField(askAs('apache', CLIENTS), 'Sallyport-Door-Framing', framing)
    const original = read(question)
    if (typeof original === 'string') throw new Error(original)
    expect(original.fields.slice(original.fields.length - expected.length)).toEqual(expected)
  })

  test('framing without its mark is refused', () => {
    const read = createOriginalReader('apache', '/verify')
    expect(read(setField(askAs('apache', CLIENTS), 'Sallyport-Door-Framing', '5'))).toBe('original-form')
  })

  test('only what mirrors speaks gRPC, and prefers it', () => {
    const speakers = SERVER_MODES.filter((mode) => protocolsOf(mode).includes('grpc'))
    expect(speakers).toEqual(['envoy', 'envoy-gateway', 'gateway-api'])
    expect(speakers.map((mode) => protocolsOf(mode)[0])).toEqual(['grpc', 'grpc', 'grpc'])
  })
})
