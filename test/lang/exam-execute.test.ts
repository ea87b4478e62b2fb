import { describe, expect, test } from 'vitest'
import type { CallNode, LogicalNode, ValueNode } from '../../src/lang/ast.ts'
import { compileProgram } from '../../src/lang/compile.ts'
import type { FunctionDefinition } from '../../src/lang/functions/definition.ts'
import { BOOL_ARRAY, isArrayNode } from '../../src/lang/node-type.ts'
import { GRAMMAR } from '../../src/lang/parse/grammar.ts'
import { parseLogical } from '../../src/lang/parse/parse-logical.ts'
import { parseValueNode } from '../../src/lang/parse/parse-value-node.ts'
import type { Environment } from '../../src/lang/program.ts'
import { toBytes, type Value } from '../../src/lang/value.ts'
import { examFunctions, examValue } from './exam-functions.ts'
import { type ExamCase, type ExecuteCase, examModule, examScheme, readExam } from './exam-scheme.ts'

type Facts = ReadonlyMap<string, Value>

const IDENTITY: FunctionDefinition = {
  signature: { required: [], returns: () => BOOL_ARRAY },
  call: ([value]) => value,
  cost: 0,
}

function environmentOf(examCase: ExecuteCase): Environment<Facts> {
  const names = Object.keys(examCase.scheme ?? {})
  return {
    fields: new Map(names.map((name) => [name, (facts: Facts) => facts.get(name)])),
    functions: new Map([...examFunctions(examModule(examCase)), ['identity', IDENTITY]]),
    list: (name) => (value) => typeof value === 'number' && value % 2 === (name === 'odd' ? 1 : 0),
    nilNotEqual: examCase.nilNotEqual ?? true,
  }
}

function isExecute(examCase: ExamCase): examCase is ExecuteCase {
  return examCase.kind === 'execute'
}

const VALUES = new Set(['FunctionCallExpr', 'IndexExpr'])

function parse(examCase: ExecuteCase): LogicalNode | ValueNode {
  const source = toBytes(examCase.input.trim())
  const context = { source, scheme: examScheme(examCase), grammar: GRAMMAR, depth: 0 }
  const read = VALUES.has(examCase.entry ?? '') ? parseValueNode : parseLogical
  const { value, at } = read(context, 0)
  expect(at).toBe(source.length)
  return value
}

/** Arrays of truth values come out as the argument of a function. */
function asValue(node: LogicalNode): CallNode {
  return { kind: 'call', name: 'identity', args: [node], type: BOOL_ARRAY }
}

function execute(examCase: ExecuteCase): unknown {
  const facts = new Map(Object.entries(examCase.ctx).map(([name, data]) => [name, examValue(data)]))
  const environment = environmentOf(examCase)
  const node = parse(examCase)
  if (node.kind === 'field' || node.kind === 'call' || node.kind === 'index' || isArrayNode(node)) {
    const isValue = node.kind === 'field' || node.kind === 'call' || node.kind === 'index'
    const program = compileProgram(environment, [], [isValue ? node : asValue(node)])
    return program.value(0)(program.start(facts))
  }
  const program = compileProgram(environment, [node])
  return program.filter(0)(program.start(facts))
}

function expected({ result }: ExecuteCase): unknown {
  return typeof result === 'object' && result !== null && 'missing' in result ? undefined : result
}

describe('the exam of the engine', () => {
  const cases = readExam().filter(isExecute)

  test.skipIf(cases.length === 0)('has 208 cases of evaluation', () => {
    expect(cases).toHaveLength(208)
  })

  for (const examCase of cases) {
    test(`${examCase.id} evaluates ${examCase.input.slice(0, 80)}`, () => {
      expect(execute(examCase)).toEqual(expected(examCase))
    })
  }
})
