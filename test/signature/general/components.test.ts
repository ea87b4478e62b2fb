import { isUtf8 as isWellFormed } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { type Component, parseComponent, parseComponents } from '../../../src/signature/general/component.ts'
import { indexTypes } from '../../../src/signature/general/field-types.ts'
import type { FieldLines, Message, RequestMessage } from '../../../src/signature/general/message.ts'
import { createMessageReader } from '../../../src/signature/general/message-reader.ts'

const REQUEST: RequestMessage = {
  kind: 'request',
  method: 'GET',
  target: '/a/../b?c=d&e=f+g&c2=%C3%A6',
  scheme: 'https',
  fields: ['Host', 'App.Example:443', 'X-A', ' 1 ', 'x-a', '2\t'],
}

function read(message: Message, component: string | Component): string {
  const parsed = typeof component === 'string' ? parseComponent(component) : component
  const result = createMessageReader(message, indexTypes({ 'x-item': 'item' }))(parsed)
  return 'failure' in result ? `! ${result.failure}` : result.value
}

const request = (own: Partial<RequestMessage>): RequestMessage => ({ ...REQUEST, ...own })
const withFields = (...fields: FieldLines): RequestMessage => request({ fields })

describe('derived components', () => {
  test.each<readonly [string, Partial<RequestMessage>, string]>([
    ['@method', {}, 'GET'],
    ['@method', { method: 'patch' }, 'patch'],
    ['@method', { method: 'GET\n"x": y' }, '! component-value'],
    ['@method', { method: '' }, '! component-value'],
    ['@authority', {}, 'app.example'],
    ['@authority', { scheme: 'http' }, 'app.example:443'],
    ['@authority', { fields: ['Host', 'a.example:'] }, 'a.example'],
    ['@authority', { fields: ['Host', '[2001:DB8::1]:8443'] }, '[2001:db8::1]:8443'],
    ['@authority', { fields: [] }, '! component-value'],
    ['@authority', { fields: ['Host', ''] }, '! component-value'],
    ['@authority', { fields: ['Host', 'a', 'Host', 'a'] }, '! component-value'],
    ['@authority', { fields: ['Host', 'user@a.example'] }, '! component-value'],
    ['@authority', { fields: ['Host', 'a.example:x'] }, '! component-value'],
    ['@authority', { fields: ['Host', 'a b'] }, '! component-value'],
    ['@authority', { authority: 'app.example' }, 'app.example'],
    ['@authority', { authority: 'evil.example' }, '! component-value'],
    ['@authority', { authority: 'h2.example', fields: [] }, 'h2.example'],
    ['@authority', { target: 'https://APP.example/x' }, 'app.example'],
    ['@authority', { target: 'https://evil.example/x' }, '! component-value'],
    ['@authority', { target: 'http://app.example/x' }, '! component-value'],
    ['@authority', { method: 'CONNECT', target: 'app.example:443' }, 'app.example'],
    ['@authority', { method: 'CONNECT', target: 'evil.example:443' }, '! component-value'],
    ['@scheme', {}, 'https'],
    ['@path', {}, '/a/../b'],
    ['@path', { target: '/%7e%2F//x?y' }, '/%7e%2F//x'],
    ['@path', { target: 'https://app.example' }, '/'],
    ['@path', { target: 'https://app.example?q' }, '/'],
    ['@path', { target: 'https://app.example/x?q' }, '/x'],
    ['@path', { target: '*', method: 'OPTIONS' }, '! component-value'],
    ['@path', { target: 'app.example:443', method: 'CONNECT' }, '! component-value'],
    ['@path', { target: '/a#b' }, '! component-value'],
    ['@path', { target: '/a b' }, '! component-value'],
    ['@path', { target: '/\u00e9' }, '! component-value'],
    ['@path', { target: 'a' }, '! component-value'],
    ['@path', { target: '' }, '! component-value'],
    ['@path', { target: `/${'a'.repeat(20_000)}` }, '! component-value'],
    ['@path', { target: 'https://app.example', method: 'OPTIONS' }, '! component-value'],
    ['@path', { target: 'https://app.example/', method: 'OPTIONS' }, '/'],
    ['@path', { target: 'https://app.example?', method: 'OPTIONS' }, '/'],
    ['@query', {}, '?c=d&e=f+g&c2=%C3%A6'],
    ['@query', { target: '/a' }, '?'],
    ['@query', { target: '/a?' }, '?'],
    ['@query', { target: '/a??' }, '??'],
    ['@query', { target: '*', method: 'OPTIONS' }, '! component-value'],
    ['@request-target', {}, REQUEST.target],
    ['@request-target', { target: '*', method: 'OPTIONS' }, '*'],
    ['@request-target', { target: 'a:1', method: 'CONNECT' }, 'a:1'],
    ['@request-target', { target: '/\r\n' }, '! component-value'],
    ['@target-uri', {}, `https://app.example${REQUEST.target}`],
    ['@target-uri', { target: '/a' }, 'https://app.example/a'],
    ['@target-uri', { target: '/a?' }, 'https://app.example/a?'],
    ['@target-uri', { target: 'https://app.example?' }, 'https://app.example/?'],
    ['@target-uri', { target: '*', method: 'OPTIONS' }, 'https://app.example'],
    ['@target-uri', { target: 'https://app.example', method: 'OPTIONS' }, 'https://app.example'],
    ['@target-uri', { target: '*' }, '! component-value'],
    ['@target-uri', { target: 'app.example:443', method: 'CONNECT' }, '! component-value'],
    ['@query-param;name="c"', {}, 'd'],
    ['@query-param;name="e"', {}, 'f%20g'],
    ['@query-param;name="c2"', {}, '%C3%A6'],
    ['@query-param;name="x"', {}, '! component-missing'],
    ['@query-param;name="c"', { target: '/?c=1&c=2' }, '! component-value'],
    ['@query-param;name="c"', { target: '/?c=1&%63=2' }, '! component-value'],
    ['@query-param;name="c"', { target: '/?c=%FF' }, '! component-value'],
    ['@query-param;name="c"', { target: '/?c' }, ''],
    ['@query-param;name="c"', { target: '/?&&c=a=b&' }, 'a%3Db'],
    ['@query-param;name="c"', { target: "/?c=~!'()*-._" }, '%7E%21%27%28%29*-._'],
    ['@query-param;name="c"', { target: '/?c=%zz%4' }, '%25zz%254'],
    ['@query-param;name="c"', { target: '/?c=a%0D%0Ab' }, 'a%0D%0Ab'],
    ['@query-param;name="c"', { target: '*', method: 'OPTIONS' }, '! component-value'],
    ['@status', {}, '! component-misplaced'],
  ])('%s of %j is %s', (component, own, value) => {
    expect(read(request(own), component)).toBe(value)
  })

  test.each([
    ['@status', 200, '200'],
    ['@status', 99, '! component-value'],
    ['@status', 1000, '! component-value'],
    ['@status', 200.5, '! component-value'],
    ['@method', 200, '! component-misplaced'],
    ['@authority', 200, '! component-misplaced'],
  ])('%s of a response with status %d is %s', (component, status, value) => {
    expect(read({ kind: 'response', status, fields: [] }, component)).toBe(value)
  })

  test('query parameters are those that the URL Standard reads', () => {
    const piece = fc.constantFrom('a', 'b', '%C3%A6', '+', '%2B', '%20', '=', '&', '%3D', "'", '~', '%;')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const query = pieces.join('')
        const parameters = new URLSearchParams(query)
        for (const name of new Set(parameters.keys())) {
          const [value = '', ...others] = parameters.getAll(name)
          const encode = (text: string): string =>
            new URLSearchParams({ x: text }).toString().slice(2).replaceAll('+', '%20')
          const expected = others.length > 0 ? '! component-value' : encode(value)
          const component = parseComponent(`@query-param;name="${encode(name)}"`)
          expect(read(request({ target: `/?${query}` }), component)).toBe(expected)
        }
      }),
    )
  })

  test('query parameters are those whose escapes are UTF-8, and asking costs no error', () => {
    const edges = [
      '7f',
      '80',
      '8f',
      '90',
      '9f',
      'a0',
      'bf',
      'c1',
      'c2',
      'df',
      'e0',
      'ed',
      'ee',
      'f0',
      'f4',
      'f5',
    ]
    const byte = fc.oneof(
      fc.constantFrom(...edges),
      fc.nat(255).map((n) => n.toString(16).padStart(2, '0')),
    )
    fc.assert(
      fc.property(fc.array(byte, { minLength: 1, maxLength: 4 }), (bytes) => {
        const value = bytes.map((hex) => `%${hex}`).join('')
        const isUtf8 = isWellFormed(Buffer.from(bytes.join(''), 'hex'))
        const shown = read(request({ target: `/?c=${value}` }), '@query-param;name="c"')
        expect(shown === '! component-value').toBe(!isUtf8)
      }),
      { numRuns: 2000 },
    )
    const decode = vi.spyOn(globalThis, 'decodeURIComponent')
    read(request({ target: `/?${'%ff&'.repeat(4000)}` }), '@query-param;name="c"')
    expect(decode).not.toHaveBeenCalled()
    decode.mockRestore()
  })
})

describe('fields', () => {
  test.each<readonly [string, FieldLines, string]>([
    ['x-a', REQUEST.fields, '1, 2'],
    ['x-b', REQUEST.fields, '! component-missing'],
    ['x-a', ['X-A', ''], ''],
    ['x-a', ['X-A', '', 'X-A', ' '], ', '],
    ['x-a', ['X-A', 'a\tb'], 'a\tb'],
    ['x-a', ['X-A', 'a \r\n\t b\r\n c'], 'a b c'],
    ['x-a', ['X-A', 'a\nb'], '! component-value'],
    ['x-a', ['X-A', 'a\r\nb'], '! component-value'],
    ['x-a', ['X-A', 'a\r\n'], '! component-value'],
    ['x-a', ['X-A', '\u00a0a'], '! component-value'],
    ['x-a', ['X-A', 'a\0b'], '! component-value'],
    ['x-a;bs', ['X-A', ' \u00e9 '], ':6Q==:'],
    ['x-a;bs', ['X-A', 'a', 'X-A', ''], ':YQ==:, ::'],
    ['x-a;bs', ['X-A', '\u0100'], '! component-value'],
    ['x-a;bs', ['X-A', 'a\nb'], '! component-value'],
    ['set-cookie', ['Set-Cookie', 'a=b'], 'a=b'],
    ['set-cookie', ['Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'], '! component-value'],
    ['set-cookie;bs', ['Set-Cookie', 'a=b', 'Set-Cookie', 'c=d'], ':YT1i:, :Yz1k:'],
    ['x-item;sf', ['X-Item', ' 1.50;a=?1 '], '1.5;a'],
    ['x-item;sf', ['X-Item', '1, 2'], '! component-value'],
    ['x-unknown;sf', ['X-Unknown', '1'], '! component-type'],
    ['priority;sf', ['Priority', 'u=1', 'Priority', 'i'], 'u=1, i'],
    ['priority;key="u"', ['Priority', 'u=1', 'Priority', 'i, u=3'], '3'],
    ['priority;key="i";sf', ['Priority', 'i;a="x"'], '?1;a="x"'],
    ['priority;key="x"', ['Priority', 'u=1'], '! component-missing'],
    ['constructor', ['X-A', '1'], '! component-missing'],
    ['__proto__;sf', ['__proto__', '1'], '! component-type'],
    ['x-a;tr', ['X-A', '1'], '! component-missing'],
  ])('%s of %j is %s', (component, fields, value) => {
    expect(read(withFields(...fields), component)).toBe(value)
  })

  test('of the trailers are others than those of the header', () => {
    const message = { ...withFields('X-A', 'header'), trailers: ['x-a', 'trailer'] }
    expect([read(message, 'x-a'), read(message, 'x-a;tr')]).toEqual(['header', 'trailer'])
  })

  test('of the request are others than those of its response', () => {
    const response = { kind: 'response', status: 200, fields: ['X-A', 'response'], request: REQUEST } as const
    expect(read(response, 'x-a')).toBe('response')
    expect(read(response, 'x-a;req')).toBe('1, 2')
    expect(read(response, '@method;req')).toBe('GET')
    expect(read(response, 'x-a;req;tr')).toBe('! component-missing')
    expect(read(REQUEST, 'x-a;req')).toBe('! component-misplaced')
    expect(read({ kind: 'response', status: 200, fields: [] }, 'x-a;req')).toBe('! component-misplaced')
  })

  test('never bring a line feed or anything but ASCII into the base', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', ' ', '\t', '\r', '\n', '\r\n ', '\u00e9', '\0', ','),
    })
    const component = fc.constantFrom('x-a', 'x-a;bs', 'x-a;key="a"', 'x-item;sf', '@authority')
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), component, (values, name) => {
        const lines = values.flatMap((text) => ['X-A', text, 'X-Item', text, 'Host', text])
        expect(read(withFields(...lines), name)).toMatch(/^[\t\x20-\x7e]*$/)
      }),
    )
  })
})

describe('identifiers', () => {
  test.each([
    '',
    'Date',
    'x a',
    'x-\u00e9',
    '@bogus',
    '@signature-params',
    '@method;sf',
    '@method;tr',
    '@method;name="a"',
    '@status;req',
    '@query-param',
    '@query-param;name',
    '@query-param;name=a',
    '@query-param;name="a";key="b"',
    'x-a;bogus',
    'x-a;sf=?0',
    'x-a;sf=1',
    'x-a;key=a',
    'x-a;name="a"',
    'x-a;bs;sf',
    'x-a;bs;key="a"',
    'x-a"',
    'x-a;',
  ])('%j is none', (text) => {
    expect(() => parseComponent(text)).toThrow('is no component')
  })

  test('that differ only in the order of parameters are the same', () => {
    expect(() => parseComponents(['x-a;key="a";req', 'x-a;req;key="a"'])).toThrow('is there twice')
    expect(() => parseComponents(['x-a;sf;req', 'x-a;req;sf'])).toThrow('is there twice')
    expect(parseComponent('x-a;key="a";req').identifier).toBe('"x-a";key="a";req')
    expect(parseComponents(['x-a;sf', 'x-a;key="sf"', 'x-a', 'x-a;req'])).toHaveLength(4)
  })
})
