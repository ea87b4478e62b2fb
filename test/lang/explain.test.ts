import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileProgram } from '../../src/lang/compile.ts'
import { explainFilter } from '../../src/lang/explain.ts'
import { FUNCTION_SIGNATURES, FUNCTIONS } from '../../src/lang/functions/table.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import type { Environment } from '../../src/lang/program.ts'
import type { Scheme } from '../../src/lang/scheme.ts'
import type { Value } from '../../src/lang/value.ts'
import { FIELDS, facts as factsArbitrary, logical } from './compile/random-node.ts'

type Facts = ReadonlyMap<string, Value>

const SCHEME: Scheme = {
  fields: new Map(Object.entries(FIELDS).map(([name, type]) => [name, { type }])),
  functions: FUNCTION_SIGNATURES,
  maxNesting: 128,
  maxLength: 4096,
}

const ENVIRONMENT: Environment<Facts> = {
  fields: new Map(Object.keys(FIELDS).map((name) => [name, (facts: Facts) => facts.get(name)])),
  functions: FUNCTIONS,
  list: () => undefined,
  nilNotEqual: false,
}

function explain(source: string, facts: Record<string, Value>) {
  const parsed = parseFilter(source, SCHEME)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return explainFilter(parsed.node, source, ENVIRONMENT, new Map(Object.entries(facts)))
}

describe('an explanation', () => {
  test('shows every part with its text, result and value', () => {
    const source = 'flag and lower(text) contains "é"'
    expect(explain(source, { flag: true, text: 'ABC' })).toEqual({
      text: source,
      result: false,
      children: [
        { text: 'flag', result: true, value: 'true', children: [] },
        {
          text: 'lower(text) contains "é"',
          result: false,
          value: '"abc"',
          children: [{ text: 'text', value: '"ABC"', children: [] }],
        },
      ],
    })
  })

  test('marks what the parts before have decided', () => {
    const { children } = explain('flag or text eq "a" or host eq "b"', { text: 'a' })
    expect(children.map(({ result, skipped }) => [result, skipped ?? false])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ])
    expect(children[2]?.value).toBe('nil')
    expect(explain('flag xor flag', { flag: true }).children.map(({ skipped }) => skipped)).toEqual([
      undefined,
      undefined,
    ])
  })

  test('shows arrays item by item', () => {
    const { result, children } = explain('any(not names[*] eq "a")', { names: ['a', 'b'] })
    expect(result).toBe(true)
    expect(children[0]?.result).toEqual([false, true])
    expect(children[0]?.children[0]).toMatchObject({ result: [true, false], value: '["a" "b"]' })
  })

  test('prints a tree without spans', () => {
    const parsed = parseFilter('text eq "a"', SCHEME)
    if (!parsed.ok) throw new Error(parsed.error.message)
    const bare = JSON.parse(JSON.stringify(parsed.node, (key, value) => (key === 'span' ? undefined : value)))
    expect(explainFilter(bare, '', ENVIRONMENT, new Map()).text).toBe('text eq "a"')
  })

  test('ends as the program ends', () => {
    fc.assert(
      fc.property(logical, factsArbitrary, (node, facts) => {
        const program = compileProgram(ENVIRONMENT, [node])
        const { result } = explainFilter(node, '', ENVIRONMENT, facts)
        expect(result).toBe(program.filter(0)(program.start(facts)))
      }),
      { numRuns: 500 },
    )
  })
})
