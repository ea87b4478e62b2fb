import { describe, expect, it, test } from 'vitest'
import type { HeaderRewrite } from '../../../src/bundle/model.ts'
import { isEditable } from '../../../src/ingress/rules/editable-names.ts'
import { rewriteHeaders } from '../../../src/ingress/rules/rewrite-headers.ts'
import type { Value } from '../../../src/lang/value.ts'
import { parseText } from './rule-models.ts'

const expression = parseText('http.host')

function compute(operation: 'set' | 'add', value: Value | undefined) {
  const headers: readonly HeaderRewrite[] = [{ operation, name: 'x-a', expression }]
  return rewriteHeaders(headers, [value], 'request')
}

describe('a computed value', () => {
  it.each<[Value, string]>([
    ['a\r\nb', 'a  b'],
    [-7, '-7'],
    [2n ** 63n, '9223372036854775808'],
    [true, 'true'],
    [{ version: 4, value: 0xc0000201 }, '192.0.2.1'],
    ['', ''],
  ])('%s is the text %s', (value, text) => {
    expect(compute('set', value)).toEqual({
      edits: [{ operation: 'set', name: 'x-a', value: text }],
      unusable: 0,
    })
  })

  it('that is missing removes what the client sent, and adds nothing', () => {
    expect(compute('set', undefined)).toEqual({ edits: [{ operation: 'remove', name: 'x-a' }], unusable: 0 })
    expect(compute('add', undefined)).toEqual({ edits: [], unusable: 0 })
  })

  it.each<[Value]>([[['a']], [new Map()], ['a'.repeat(9000)]])('that is no text is counted: %#', (value) => {
    expect(compute('set', value)).toEqual({ edits: [{ operation: 'remove', name: 'x-a' }], unusable: 1 })
    expect(compute('add', value)).toEqual({ edits: [], unusable: 1 })
  })
})

test('values belong to their expressions, whatever stands between them', () => {
  const headers: readonly HeaderRewrite[] = [
    { operation: 'set', name: 'x-a', expression },
    { operation: 'remove', name: 'x-b' },
    { operation: 'set', name: 'host', expression },
    { operation: 'add', name: 'x-c', value: 'fixed' },
    { operation: 'add', name: 'x-d', expression },
  ]
  expect(rewriteHeaders(headers, ['1', '2', '3'], 'request').edits).toEqual([
    { operation: 'set', name: 'x-a', value: '1' },
    { operation: 'remove', name: 'x-b' },
    { operation: 'add', name: 'x-c', value: 'fixed' },
    { operation: 'add', name: 'x-d', value: '3' },
  ])
})

describe('no rule edits', () => {
  it.each([
    'host',
    'connection',
    'content-length',
    'transfer-encoding',
    'sallyport-client',
    'sallyport-verdict',
    'signature',
    'signature-input',
    'x-forwarded-for',
    'cf-connecting-ip',
    'content-digest',
    'x_forwarded_for',
    'proxy-authorization',
    'no token',
    'a\r\nb',
    '',
  ])('%j of a request', (name) => expect(isEditable(name, 'request')).toBe(false))

  it.each(['content-length', 'sallyport-request-id', 'upgrade', 'bad name'])('%j of a response', (name) =>
    expect(isEditable(name, 'response')).toBe(false),
  )

  it('but everything else', () => {
    for (const name of ['x-a', 'cookie', 'authorization', 'user-agent'])
      expect(isEditable(name, 'request')).toBe(true)
    for (const name of ['set-cookie', 'strict-transport-security', 'x-forwarded-for'])
      expect(isEditable(name, 'response')).toBe(true)
  })
})
