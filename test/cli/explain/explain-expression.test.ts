import { describe, expect, test } from 'vitest'
import { type ExpressionPart, maskExplanation } from '../../../src/cli/explain/explain-expression.ts'
import { renderParts } from '../../../src/cli/explain/render-parts.ts'
import { isSecretName, maskField } from '../../../src/cli/explain/secret-names.ts'

const valueFrom = (text: string, value = '"v"'): string | undefined =>
  maskExplanation({ text, value, children: [] }).value

describe('what is hidden of an expression', () => {
  test.each([
    'http.cookie',
    'len(http.cookie) eq 3 and lower(http.cookie) eq "a"',
    'http.request.cookies["a"][0]',
    'raw.http.request.headers["cookie"][0]',
    'http.request.headers["authorization"][0]',
    'http.request.headers [ "X-Api-Key" ][0]',
    'lower(http.request.headers["cookie"][0])',
    'http.request.headers["accept"][0] eq http.request.headers["x-auth-token"][0]',
    'http.request.headers',
    'http.request.headers.values',
    'any(http.request.headers[*][*] contains "x")',
    // Written so that the name cannot be read off: taken as a secret one.
    'http.request.headers["coo\\x6bie"][0]',
    'http.request.headers[r"cookie"][0]',
    'http.response.headers["set-cookie"][0]',
  ])('%s is', (text) => {
    expect(valueFrom(text)).toBe('(hidden)')
  })

  test.each([
    'http.request.uri.path',
    'http.request.headers["user-agent"][0]',
    'http.request.headers.names',
    'http.request.headers.truncated',
    'http.host',
  ])('%s is not', (text) => {
    expect(valueFrom(text)).toBe('"v"')
  })

  test('truth values, numbers and nil give nothing away', () => {
    for (const value of ['nil', 'true', '12', '[true false]'])
      expect(valueFrom('http.cookie', value)).toBe(value)
    expect(valueFrom('http.cookie', '[true "x"]')).toBe('(hidden)')
  })

  test.each([
    'authorization',
    'cookie',
    'set-cookie',
    'proxy-authorization',
    'x-api-key',
    'x_auth_token',
    'cf-access-jwt-assertion',
  ])('the field %s is secret', (name) => {
    expect(isSecretName(name)).toBe(true)
    expect(maskField(name.toUpperCase(), 'abc')).toBe('(hidden) 3 bytes')
  })

  test.each(['accept', 'user-agent', 'x-forwarded-for', 'content-length', 'host', 'keep-alive', 'x-monkey'])(
    'the field %s is not',
    (name) => {
      expect(maskField(name, 'abc')).toBe('abc')
    },
  )
})

describe('an expression as a tree', () => {
  const leaf = (text: string, result: boolean): ExpressionPart => ({ text, result, value: '"x"', parts: [] })

  test('shows what was not evaluated, and leaves it out when only matches are wanted', () => {
    const tree: ExpressionPart = {
      text: 'a or b or not c',
      result: true,
      parts: [
        leaf('a', false),
        leaf('b', true),
        { text: 'not c', result: true, skipped: true, parts: [leaf('c', false)] },
      ],
    }
    expect(renderParts(tree, { indent: '' })).toEqual([
      '✓ a or b or not c',
      '  ✗ a   ← "x"',
      '  ✓ b   ← "x"',
      '  · not c   (not evaluated)',
    ])
    expect(renderParts(tree, { indent: '', matchedOnly: true })).toEqual([
      '✓ a or b or not c',
      '  ✓ b   ← "x"',
    ])
  })

  test('is at most a screen long, with lines that end', () => {
    const wide: ExpressionPart = {
      text: 'x'.repeat(5000),
      result: false,
      parts: Array.from({ length: 500 }, () => leaf('y', false)),
    }
    const lines = renderParts(wide, { indent: ' ' })
    expect(lines).toHaveLength(41)
    expect(lines.at(-1)).toBe(' …')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140)
  })

  test('cannot steer a terminal or reorder what is read', () => {
    const [line = ''] = renderParts({ text: 'a\u001b[2J\u202eb\nc', result: true, parts: [] }, { indent: '' })
    expect(line).toBe('✓ a\\u{1B}[2J\\u{202E}b c')
  })
})
