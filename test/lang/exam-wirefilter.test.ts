import { describe, expect, test } from 'vitest'
import { formatFilterError } from '../../src/lang/filter-error.ts'
import { GRAMMAR } from '../../src/lang/parse/grammar.ts'
import { lexBytes } from '../../src/lang/parse/lex-bytes.ts'
import { LexFailure } from '../../src/lang/parse/lex-failure.ts'
import { lexIndex } from '../../src/lang/parse/lex-index.ts'
import { lexInt, lexIntRange } from '../../src/lang/parse/lex-int.ts'
import { lexIpRange } from '../../src/lang/parse/lex-ip.ts'
import { lexListName } from '../../src/lang/parse/lex-list-name.ts'
import { lexRegex } from '../../src/lang/parse/lex-regex.ts'
import { lexWildcard } from '../../src/lang/parse/lex-wildcard.ts'
import type { Lexed } from '../../src/lang/parse/lexed.ts'
import { parseArgument } from '../../src/lang/parse/parse-argument.ts'
import type { ParseContext } from '../../src/lang/parse/parse-context.ts'
import { parseIdentifier } from '../../src/lang/parse/parse-identifier.ts'
import { parseLogical } from '../../src/lang/parse/parse-logical.ts'
import { parseValueNode } from '../../src/lang/parse/parse-value-node.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import { toBytes } from '../../src/lang/value.ts'
import { bytesJson, indexJson, logicalJson, valueJson } from './exam-json.ts'
import {
  type ExamCase,
  examScheme,
  type FilterErrorCase,
  type ParseErrorCase,
  type ParseOkCase,
  readExam,
} from './exam-scheme.ts'

/** What the engine accepts and we refuse on purpose, with the reason. */
const DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['rhs_types/ip::test_lex#8', 'leading zeros in IPv4 are octal to some programs and decimal to others'],
])

/** The exam's `entry`, and the production that is ours. Values come back in the exam's JSON form. */
const ENTRIES: Readonly<Record<string, (context: ParseContext) => Lexed<unknown>>> = {
  ComparisonExpr: (context) => {
    const left = parseValueNode(context, 0)
    return map(GRAMMAR.comparison(context, left.value, left.at), logicalJson)
  },
  FunctionCallExpr: (context) => map(parseValueNode(context, 0), valueJson),
  IndexExpr: (context) => map(parseValueNode(context, 0), valueJson),
  'crate::FilterValueAst': (context) => map(parseValueNode(context, 0), valueJson),
  LogicalExpr: (context) => map(parseLogical(context, 0), logicalJson),
  FunctionCallArgExpr: (context) => parseArgument(context, 0),
  BytesExpr: ({ source }) => map(lexBytes(source, 0), bytesJson),
  i64: ({ source }) => lexInt(source, 0),
  IntRange: ({ source }) => lexIntRange(source, 0),
  IpRange: ({ source }) => lexIpRange(source, 0),
  ListName: ({ source }) => lexListName(source, 0),
  Regex: ({ source }) => map(lexRegex(source, 0), (literal) => bytesJson(literal.source)),
  'Wildcard::<STRICT>': ({ source }) => map(lexWildcard(source, 0), bytesJson),
  FieldRef: ({ source, scheme }) => parseIdentifier(source, 0, scheme),
  FieldIndex: ({ source }) => map(lexIndex(source, 0), indexJson),
}

function map<T>(lexed: Lexed<T>, convert: (value: T) => unknown): Lexed<unknown> {
  return { value: convert(lexed.value), at: lexed.at }
}

function contextOf(examCase: ExamCase): ParseContext {
  return { source: toBytes(examCase.input), scheme: examScheme(examCase), grammar: GRAMMAR, depth: 0 }
}

/** The lexer of a case; a case without an entry is an argument in the engine's test. */
function read(examCase: ExamCase): Lexed<unknown> {
  const entry = ENTRIES[examCase.entry ?? 'FunctionCallArgExpr']
  if (!entry) throw new Error(`no production for ${examCase.entry}`)
  return entry(contextOf(examCase))
}

/** `LexErrorKind::UnsupportedOp { .. }` to our `unsupported-operation`. */
function kindOf(errorKind: string): string {
  const name = /LexErrorKind::(\w+)/.exec(errorKind)?.[1] ?? errorKind
  const renamed: Readonly<Record<string, string>> = {
    EOF: 'end-of-input',
    UnsupportedOp: 'unsupported-operation',
    UnknownField: 'unknown-identifier',
    NestingLimitExceeded: 'nesting-limit',
  }
  return renamed[name] ?? name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase()
}

/** The exam writes networks and addresses as text and ranges as two; we write two always. */
const RANGES: Readonly<Record<string, object>> = {
  '127.0.0.0/8': { start: '127.0.0.0', end: '127.255.255.255' },
  '::1': { start: '::1', end: '::1' },
}

/** Bytes that are UTF-8 as text, as `bytesJson` writes them. */
function normalise(value: unknown, key = ''): unknown {
  if (key === 'rhs' && Array.isArray(value)) {
    if (value.length > 0 && value.every((item) => typeof item === 'number')) {
      return bytesJson(String.fromCharCode(...value))
    }
    return value.map((item) => RANGES[item] ?? item)
  }
  if (Array.isArray(value)) return value.map((item) => normalise(item))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, normalise(item, name)]))
}

/** The value in the engine's own notation, where it is a number or bytes. */
function literalOf(rustAst: string): unknown {
  const range = /^\((-?\d+)i64\.\.=(-?\d+)i64\)/.exec(rustAst)
  if (range) return { from: Number(range[1]), to: Number(range[2]) }
  const int = /^(-?\d+)i64(\.into\(\))?$/.exec(rustAst)
  if (int) return int[2] ? { from: Number(int[1]), to: Number(int[1]) } : Number(int[1])
  const bytes = /^BytesExpr::(?:from|new)\(vec!\[([^\]]*)\]/.exec(rustAst)?.[1]
  return bytes && bytesJson(String.fromCharCode(...bytes.split(',').map(Number)))
}

function failureOf(examCase: ExamCase): LexFailure {
  try {
    read(examCase)
  } catch (failure) {
    if (failure instanceof LexFailure) return failure
    throw failure
  }
  throw new Error('was accepted')
}

const exam = readExam()
const parseOk = exam.filter((c): c is ParseOkCase => c.kind === 'parse_ok')
const parseError = exam.filter((c): c is ParseErrorCase => c.kind === 'parse_error')
const filterError = exam.filter((c): c is FilterErrorCase => c.kind === 'filter_error')

describe.skipIf(exam.length === 0)('the exam of the engine, parsing', () => {
  test('every case is asked', () => {
    expect([parseOk.length, parseError.length, filterError.length]).toEqual([167, 82, 90])
  })

  test.each(parseOk.filter((c) => !DEVIATIONS.has(c.id)))('$id reads $input', (examCase) => {
    const { value, at } = read(examCase)
    expect(contextOf(examCase).source.slice(at)).toBe(toBytes(examCase.rest))
    const json = (examCase.astJson as object | undefined) ?? literalOf(examCase.rustAst)
    if (json !== undefined) expect(value).toEqual(normalise(json, Array.isArray(json) ? 'rhs' : ''))
  })

  test.each([...DEVIATIONS.keys()])('%s is refused on purpose', (id) => {
    const examCase = parseOk.find((c) => c.id === id)
    if (!examCase) throw new Error('no such case')
    expect(failureOf(examCase).kind).toBe('parse-network')
  })

  test.each(parseError)('$id underlines $span in $input', (examCase) => {
    const failure = failureOf(examCase)
    const { source } = contextOf(examCase)
    expect(failure.kind).toBe(kindOf(examCase.errorKind))
    expect(source.slice(failure.start, failure.end)).toBe(toBytes(examCase.span))
    expect(failure.fix).not.toBe('')
    // The exam gives the text only; where it is there twice, the last one is meant.
    if (failure.end !== source.length) expect(source.lastIndexOf(toBytes(examCase.span))).toBe(failure.start)
  })

  test.each(filterError)('$id says where $input is wrong', (examCase) => {
    const result = parseFilter(examCase.input, examScheme(examCase))
    if (result.ok) throw new Error('was accepted')
    const { kind, line, column, length, fix } = result.error
    const { span } = examCase
    expect({ kind, line, column, length }).toEqual({
      kind: kindOf(examCase.errorKind),
      line: span.line + 1,
      column: span.start + 1,
      length: span.len,
    })
    expect(fix).toMatch(/^.{10,}[.?]$/)
    if (examCase.display !== undefined) expect(formatFilterError(result.error)).toBe(examCase.display)
  })
})
