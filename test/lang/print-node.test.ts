import { describe, expect, test } from 'vitest'
import type { LogicalNode } from '../../src/lang/ast.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import { printNode } from '../../src/lang/print-node.ts'
import type { Scheme } from '../../src/lang/scheme.ts'
import { ENGINE_SCHEME } from './engine-scheme.ts'
import { examScheme, readExam } from './exam-scheme.ts'
import { randomExpression, seededRandom } from './random-expression.ts'

function withoutSpans(node: LogicalNode): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'span' ? undefined : value)))
}

function expectRoundTrip(node: LogicalNode, scheme: Scheme): void {
  const printed = printNode(node)
  const again = parseFilter(printed, { ...scheme, maxLength: 1_000_000 })
  if (!again.ok) throw new Error(`${printed}: ${again.error.message}`)
  expect(withoutSpans(again.node)).toEqual(withoutSpans(node))
  expect(printNode(again.node)).toBe(printed)
}

describe('a printed expression', () => {
  test('reads back as the same tree, for random expressions', () => {
    const random = seededRandom(7)
    let accepted = 0
    for (let i = 0; i < 3000; i++) {
      const parsed = parseFilter(randomExpression(random), ENGINE_SCHEME)
      if (!parsed.ok) continue
      accepted++
      expectRoundTrip(parsed.node, ENGINE_SCHEME)
    }
    expect(accepted).toBeGreaterThan(1000)
  })

  test.skipIf(readExam().length === 0)('reads back as the same tree, for every filter of the exam', () => {
    let accepted = 0
    for (const examCase of readExam()) {
      const scheme = examScheme(examCase)
      const parsed = parseFilter(examCase.input, scheme)
      if (!parsed.ok) continue
      accepted++
      expectRoundTrip(parsed.node, scheme)
    }
    expect(accepted).toBeGreaterThan(150)
  })

  const scheme: Scheme = {
    ...ENGINE_SCHEME,
    fields: new Map([
      ...ENGINE_SCHEME.fields,
      ['ssl', { type: 'Bool' }],
      ['flags', { type: { array: 'Bool' } }],
      ['score', { type: 'Int' }],
    ]),
    functions: new Map([
      [
        'f',
        {
          required: [{ kind: 'either', types: ['Bool', 'Array', 'Int', 'Ip', 'Bytes'] }],
          returns: () => 'Bool',
        },
      ],
    ]),
  }

  test.each([
    ['( ssl&&!ssl )||ssl', '(ssl and not ssl) or ssl'],
    ['ssl && (ssl && ssl)', 'ssl and (ssl and ssl)'],
    ['not(ssl or ssl)', 'not (ssl or ssl)'],
    ['any((flags))', 'any(flags)'],
    ['any((flags[*]))', 'any((flags[*]))'],
    ['any((flags or flags))', 'any((flags or flags))'],
    ['any(! flags)', 'any(not flags)'],
    ['f(ssl)', 'f(ssl)'],
    ['f((ssl))', 'f((ssl))'],
    ['f((score==1 or ssl))', 'f((score eq 1 or ssl))'],
    ['f(-1)', 'f(-1)'],
    ['f(::1)', 'f(::1)'],
    ['f(c3:a9)', 'f("é")'],
    ['score in {1..1 0x10..020 }', 'score in {1 16}'],
    [
      'ip.src in {10.0.0.0..10.255.255.255 1.0.0.1..1.0.0.2 ::1}',
      'ip.src in {10.0.0.0/8 1.0.0.1..1.0.0.2 ::1}',
    ],
    ['http.host ~ "a\\"b"', 'http.host matches r#"a"b"#'],
    ['http.host == "\\xff\\x00é"', 'http.host eq "\\xff\\x00\\xc3\\xa9"'],
    ['http.host == "é\\x0a"', 'http.host eq "é\\x0a"'],
    ['http.host strict wildcard r"\\*"', 'http.host strict wildcard "\\\\*"'],
    ['local["a\\""] contains ""', 'local["a\\""] contains ""'],
    ['score & 3', 'score bitwise_and 3'],
  ])('%s is written %s', (text, printed) => {
    const parsed = parseFilter(text, scheme)
    if (!parsed.ok) throw new Error(parsed.error.message)
    expect(printNode(parsed.node)).toBe(printed)
    expectRoundTrip(parsed.node, scheme)
  })
})
