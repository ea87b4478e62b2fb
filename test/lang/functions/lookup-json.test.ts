import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findJsonText } from '../../../src/lang/functions/json-path.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { callFunction as call } from './call-function.ts'

describe('lookup_json_integer', () => {
  test('takes digits only, within 64 bits', () => {
    const at = (value: string) => call('lookup_json_integer', `{"v": ${value}}`, 'v')
    expect(at('42')).toBe(42)
    expect(at('-7')).toBe(-7)
    expect(at('9223372036854775807')).toBe(9223372036854775807n)
    expect(at('-9223372036854775808')).toBe(-9223372036854775808n)
    expect(at('9007199254740993')).toBe(9007199254740993n)
    for (const other of ['42.0', '1e3', '9223372036854775808', '-0', '"42"', 'true', 'null', '[1]'])
      expect(at(other), other).toBeUndefined()
  })
})

describe('lookup_json_string', () => {
  test('follows keys and positions', () => {
    const document = '{"a": [1, {"b\\u0062": "x\\n\\"}{"}], "c": "é"}'
    expect(call('lookup_json_string', toBytes(document), 'a', 1, 'bb')).toBe('x\n"}{')
    expect(call('lookup_json_string', toBytes(document), 'c')).toBe('\xc3\xa9')
    expect(call('lookup_json_string', toBytes('{"é": "y"}'), toBytes('é'))).toBe('y')
  })

  test('is nil where the path leads nowhere', () => {
    const document = '{"a": ["x"], "0": "y"}'
    expect(call('lookup_json_string', document, 'a', 1)).toBeUndefined()
    expect(call('lookup_json_string', document, 'a', '0')).toBeUndefined()
    expect(call('lookup_json_string', document, 0)).toBeUndefined()
    expect(call('lookup_json_string', document, 'a', 0, 'b')).toBeUndefined()
    expect(call('lookup_json_string', document, 'b')).toBeUndefined()
    expect(call('lookup_json_string', document, 'a', -1)).toBeUndefined()
    expect(call('lookup_json_string', document, '__proto__')).toBeUndefined()
  })

  test('passes over a byte order mark, behind which origins read on', () => {
    expect(call('lookup_json_string', '\xef\xbb\xbf{"a":"1"}', 'a')).toBe('1')
    expect(call('lookup_json_string', '\xef\xbb\xbf\xef\xbb\xbf{"a":"1"}', 'a')).toBeUndefined()
  })

  test('takes the last of equal keys, as parsers do', () => {
    expect(call('lookup_json_string', '{"a":"1","a":"2"}', 'a')).toBe('2')
  })

  test('does not mix up escaped keys, as JSON.parse of Node 24.21 does once it has seen a backslash as key', () => {
    for (let i = 0; i < 5; i++) JSON.parse('{"user":"","\\\\":""}')
    expect(call('lookup_json_string', '{"user":"x","\\u0041":"y"}', 'A')).toBe('y')
    expect(call('lookup_json_string', '{"user":"x","\\u0041":"y"}', '\\')).toBeUndefined()
  })

  test('is nil for what is no JSON or no UTF-8', () => {
    for (const bad of ['', 'x', '{"a":"b"', '{"a":"b"} x', "{'a':'b'}", '{"a":"\xff"}'])
      expect(call('lookup_json_string', bad, 'a'), bad).toBeUndefined()
  })

  test('reads a deep document without a deep stack', () => {
    const deep = `${'['.repeat(100_000)}"x"${']'.repeat(100_000)}`
    expect(() => call('lookup_json_string', deep, 0, 0)).not.toThrow()
  })
})

describe('a path in a document', () => {
  const key = fc.constantFrom('a', 'b', '', 'a b', '"', '\\', 'é', ']')
  const { document } = fc.letrec<{ document: unknown }>((tie) => ({
    document: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        key,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      fc.array(tie('document'), { maxLength: 4 }),
      fc.dictionary(key, tie('document'), { maxKeys: 4 }),
    ),
  }))
  const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 4 })

  function follow(value: unknown, steps: readonly (string | number)[]): unknown {
    return steps.reduce<unknown>((at, step) => {
      if (typeof at !== 'object' || at === null || Array.isArray(at) !== (typeof step === 'number'))
        return undefined
      return Object.hasOwn(at, step) ? (at as Record<string | number, unknown>)[step] : undefined
    }, value)
  }

  test('finds the value that was written there', () => {
    fc.assert(
      fc.property(document, path, fc.constantFrom(0, 1), (value, steps, indent) => {
        const text = findJsonText(JSON.stringify(value, undefined, indent), steps)
        const expected = follow(value, steps)
        if (indent === 0 || typeof expected !== 'object') expect(text).toBe(JSON.stringify(expected))
        else expect(text).toMatch(/^[[{n][\s\S]*[\]}l]$/)
      }),
      { numRuns: 5000 },
    )
  })
})
