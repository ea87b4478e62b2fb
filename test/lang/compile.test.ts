import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import type { LogicalNode } from '../../src/lang/ast.ts'
import { compileProgram } from '../../src/lang/compile.ts'
import type { FunctionDefinition } from '../../src/lang/functions/definition.ts'
import { FUNCTION_SIGNATURES, FUNCTIONS } from '../../src/lang/functions/table.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import { parseValue } from '../../src/lang/parse-value.ts'
import type { Environment } from '../../src/lang/program.ts'
import type { Scheme } from '../../src/lang/scheme.ts'
import type { Value } from '../../src/lang/value.ts'
import { createInterpreter } from './compile/interpret.ts'
import { FIELDS, facts as factsArbitrary, logical, value as valueArbitrary } from './compile/random-node.ts'

type Facts = ReadonlyMap<string, Value>

const SCHEME: Scheme = {
  fields: new Map(Object.entries(FIELDS).map(([name, type]) => [name, { type }])),
  functions: FUNCTION_SIGNATURES,
  maxNesting: 128,
  maxLength: 4096,
}

function environment(overrides: Partial<Environment<Facts>> = {}): Environment<Facts> {
  return {
    fields: new Map(Object.keys(FIELDS).map((name) => [name, (facts: Facts) => facts.get(name)])),
    functions: FUNCTIONS,
    list: (name) => (name === 'even' ? (value) => Number(value) % 2 === 0 : undefined),
    nilNotEqual: false,
    ...overrides,
  }
}

function parse(text: string): LogicalNode {
  const parsed = parseFilter(text, SCHEME)
  if (!parsed.ok) throw new Error(parsed.error.message)
  return parsed.node
}

function run(
  text: string,
  facts: Record<string, Value>,
  overrides: Partial<Environment<Facts>> = {},
): boolean {
  const program = compileProgram(environment(overrides), [parse(text)])
  return program.filter(0)(program.start(new Map(Object.entries(facts))))
}

/** A function that counts its calls. */
function counted(result: Value) {
  const call = vi.fn(() => result)
  const definition: FunctionDefinition = {
    signature: { required: [], returns: () => 'Bytes' },
    call,
    cost: 1,
  }
  return { call, functions: new Map([...FUNCTIONS, ['lower', definition]]) }
}

describe('a compiled program', () => {
  test('gives what evaluating each tree as defined gives, whatever it shares', () => {
    fc.assert(
      fc.property(
        fc.array(logical, { minLength: 1, maxLength: 6 }),
        fc.array(valueArbitrary, { maxLength: 3 }),
        fc.array(factsArbitrary, { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        (filters, values, requests, nilNotEqual) => {
          const env = environment({ nilNotEqual })
          const program = compileProgram(env, filters, values)
          for (const facts of requests) {
            const frame = program.start(facts)
            const interpreter = createInterpreter(env, facts)
            for (const [i, node] of filters.entries())
              expect(program.filter(i)(frame)).toBe(interpreter.test(node))
            for (const [i, node] of values.entries())
              expect(program.value(i)(frame)).toEqual(interpreter.value(node))
            // Again: everything comes from the slots now.
            for (const [i, node] of filters.entries())
              expect(program.filter(i)(frame)).toBe(interpreter.test(node))
            expect(frame.faults).toBe(0)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('survives JSON, as trees travel in the bundle', () => {
    fc.assert(
      fc.property(logical, factsArbitrary, (node, facts) => {
        const copy = JSON.parse(JSON.stringify(node)) as LogicalNode
        const [a, b] = [node, copy].map((tree) => {
          const program = compileProgram(environment(), [tree])
          return program.filter(0)(program.start(facts))
        })
        expect(a).toBe(b)
      }),
      { numRuns: 500 },
    )
  })

  test('reads a field once per frame, and only when it is needed', () => {
    const read = vi.fn(() => 'a')
    const fields = new Map([...environment().fields, ['text', read], ['host', read]])
    const program = compileProgram(environment({ fields }), [
      parse('text eq "a" or host eq "a"'),
      parse('text eq "b"'),
    ])
    const frame = program.start(new Map())
    expect(read).not.toHaveBeenCalled()
    expect([program.filter(0)(frame), program.filter(1)(frame)]).toEqual([true, false])
    expect(read).toHaveBeenCalledTimes(1)
    program.filter(0)(program.start(new Map()))
    expect(read).toHaveBeenCalledTimes(2)
  })

  test('computes equal calls once per frame', () => {
    const { call, functions } = counted('a')
    const program = compileProgram(environment({ functions }), [
      parse('lower(text) eq "a"'),
      parse('lower(text) contains "b" or lower(text) contains "c"'),
      parse('lower(host) eq "a"'),
    ])
    const frame = program.start(new Map())
    for (const i of [0, 1, 2]) program.filter(i)(frame)
    expect(call).toHaveBeenCalledTimes(2)
  })

  test('computes equal quantifiers once per frame', () => {
    const list = vi.fn(() => true)
    const program = compileProgram(environment({ list: () => list }), [
      parse('any(names[*] in $x) and flag'),
      parse('any(names[*] in $x)'),
    ])
    const frame = program.start(new Map<string, Value>([['names', ['a']]]))
    for (const i of [0, 1, 1]) program.filter(i)(frame)
    expect(list).toHaveBeenCalledTimes(1)
  })

  test('evaluates the other arguments of a mapped call once', () => {
    const { call, functions } = counted('-x')
    const program = compileProgram(environment({ functions }), [
      parse('any(concat(names[*], lower(text))[*] eq "b-x")'),
    ])
    const frame = program.start(new Map<string, Value>([['names', ['a', 'b', 'c']]]))
    expect(program.filter(0)(frame)).toBe(true)
    expect(call).toHaveBeenCalledTimes(1)
  })

  test('stops at the first item that decides, but xor asks all', () => {
    const { call, functions } = counted('a')
    expect(run('flag or lower(text) eq "a"', { flag: true }, { functions })).toBe(true)
    expect(run('flag and lower(text) eq "a"', { flag: false }, { functions })).toBe(false)
    expect(call).not.toHaveBeenCalled()
    expect(run('flag xor lower(text) eq "a" xor flag', { flag: true }, { functions })).toBe(true)
    expect(call).toHaveBeenCalledTimes(1)
  })

  test('asks for a list when it is first used', () => {
    const list = vi.fn(() => (value: Value) => value === 2)
    const program = compileProgram(environment({ list }), [parse('number in $some_list')])
    expect(list).not.toHaveBeenCalled()
    for (const number of [2, 3]) program.filter(0)(program.start(new Map([['number', number]])))
    expect(list).toHaveBeenCalledExactlyOnceWith('some_list')
    expect(run('number in $none', { number: 2 })).toBe(false)
  })
})

describe('nil', () => {
  test('satisfies no comparison, and != only when the environment says so', () => {
    for (const op of ['eq "a"', 'lt "a"', 'contains ""', 'matches ""', 'wildcard "*"', 'in {"a"}'])
      expect(run(`text ${op}`, {}), op).toBe(false)
    expect(run('text ne "a"', {})).toBe(false)
    expect(run('text ne "a"', {}, { nilNotEqual: true })).toBe(true)
    expect(run('lower(text) ne "a"', {}, { nilNotEqual: true })).toBe(true)
    expect(run('names[3] ne "a"', { names: [] }, { nilNotEqual: true })).toBe(true)
    expect(run('not flag', {})).toBe(true)
  })

  test('as an array is empty when mapped, and neither any nor all when direct', () => {
    expect(run('any(names[*] eq "a")', {})).toBe(false)
    expect(run('all(names[*] eq "a")', {})).toBe(true)
    expect(run('all(not names[*] eq "a")', {})).toBe(true)
    expect(run('any(flags)', {})).toBe(false)
    expect(run('all(flags)', {})).toBe(false)
    expect(run('all(flags)', { flags: [] })).toBe(true)
  })

  test('goes through a mapped function, and nil results are left out of an array', () => {
    expect(run('len(lower(map["none"][*])) ge 0', { map: new Map() })).toBe(false)
    expect(run('len(lower(names[*])) eq 0', { names: [] })).toBe(true)
    expect(run('len(lower(map[*][*])) eq 0', { map: new Map() })).toBe(true)
    const names = ['x', '{"a":"b"}']
    expect(run('lookup_json_string(names[*], "a")[0] eq "b"', { names })).toBe(true)
  })

  test('is what fields and functions give that there are none of', () => {
    const program = compileProgram(environment({ fields: new Map(), functions: new Map() }), [
      parse('lower(text) eq "a" or text eq "a"'),
    ])
    const frame = program.start(new Map([['text', 'a']]))
    expect(program.filter(0)(frame)).toBe(false)
    expect(frame.faults).toBe(0)
  })
})

describe('what throws', () => {
  test('is nil or false and is counted', () => {
    const broken = (): never => {
      throw new Error('defect')
    }
    const definition: FunctionDefinition = {
      signature: { required: [], returns: () => 'Bytes' },
      call: broken,
      cost: 1,
    }
    const parsed = parseValue('upper(host)', SCHEME)
    if (!parsed.ok) throw new Error(parsed.error.message)
    const program = compileProgram(
      environment({
        fields: new Map([['text', broken]]),
        functions: new Map([
          ['lower', definition],
          ['upper', { ...definition, prepare: broken }],
        ]),
        list: () => broken,
      }),
      [
        parse('text eq "a"'),
        parse('not lower(host) eq "a"'),
        parse('upper(host) eq "a"'),
        parse('number in $x'),
      ],
      [parsed.node],
    )
    const frame = program.start(new Map<string, Value>([['host', 'a']]))
    expect([0, 1, 2, 3].map((i) => program.filter(i)(frame))).toEqual([false, true, false, false])
    expect(program.value(0)(frame)).toBeUndefined()
    expect(frame.faults).toBe(4)
    expect(program.filter(9)(frame)).toBe(false)
    expect(program.value(9)(frame)).toBeUndefined()
  })
})

describe('numbers', () => {
  test('compare exactly beyond 2^53', () => {
    const big = 9007199254740993n
    expect(run('number eq 9007199254740993', { number: big })).toBe(true)
    expect(run('number eq 9007199254740992', { number: big })).toBe(false)
    expect(run('number gt 9007199254740992', { number: big })).toBe(true)
    expect(run('number in {1 9007199254740993}', { number: big })).toBe(true)
    expect(run('number in {5..9007199254740992}', { number: big })).toBe(false)
    expect(run('number lt 0', { number: -(2n ** 63n) })).toBe(true)
  })

  test('test bits in two complement of 64 bits', () => {
    expect(run('number & 1', { number: 443 })).toBe(true)
    expect(run('number & 1', { number: 80 })).toBe(false)
    expect(run('number & 0x80000000', { number: 2 ** 31 })).toBe(true)
    expect(run('number & 0x100000000', { number: 2 ** 32 })).toBe(true)
    expect(run('number & 0x4000000000000000', { number: -1 })).toBe(true)
  })
})

describe('a long subject', () => {
  test('is matched by its beginning only, and counted', () => {
    const program = compileProgram(environment({ maxSubject: 4 }), [
      parse('text matches "b"'),
      parse('text matches "a$"'),
    ])
    const frame = program.start(new Map([['text', 'aaaab']]))
    expect(program.filter(0)(frame)).toBe(false)
    expect(program.filter(1)(frame)).toBe(true)
    expect(frame.cuts).toBe(2)
    const whole = program.start(new Map([['text', 'aaab']]))
    expect(program.filter(0)(whole)).toBe(true)
    expect(whole.cuts).toBe(0)
  })
})
