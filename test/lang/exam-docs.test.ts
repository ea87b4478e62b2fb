import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { compileProgram } from '../../src/lang/compile.ts'
import { FUNCTION_SIGNATURES, FUNCTIONS } from '../../src/lang/functions/table.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import type { FieldDefinition, Scheme } from '../../src/lang/scheme.ts'
import { parseType } from '../../src/lang/type.ts'
import type { Value } from '../../src/lang/value.ts'
import { parseAddress } from '../../src/net/address.ts'
import { examValue } from './exam-functions.ts'

interface DocsCase {
  readonly source: string
  readonly expr: string
  readonly ctx: Readonly<Record<string, unknown>>
  readonly result: boolean | { readonly error: string }
}

type Facts = ReadonlyMap<string, Value>

const FOLDER = new URL('../../../shared/exams/language/', import.meta.url)

function read<T>(name: string, otherwise: T): T {
  const file = new URL(name, FOLDER)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : otherwise
}

const CASES = read<readonly DocsCase[]>('cloudflare-docs.json', [])

/** Cloudflare's fields, and those that only the examples have. */
const TYPES: Readonly<Record<string, string>> = {
  ...read<{ fields: Record<string, string> }>('cloudflare-scheme.json', { fields: {} }).fields,
  a: 'Bool',
  b: 'Bool',
  c: 'Bool',
  'tcp.dstport': 'Int',
}

const SCHEME: Scheme = {
  fields: new Map(
    Object.entries(TYPES).map(([name, type]): [string, FieldDefinition] => [name, { type: parseType(type) }]),
  ),
  functions: FUNCTION_SIGNATURES,
  maxNesting: 128,
  maxLength: 4096,
}

/** The documentation has every comparison with a missing value false. */
const ENVIRONMENT = {
  fields: new Map(Object.keys(TYPES).map((name) => [name, (facts: Facts) => facts.get(name)])),
  functions: FUNCTIONS,
  list: () => undefined,
  nilNotEqual: false,
}

function factsOf(ctx: DocsCase['ctx']): Facts {
  return new Map(
    Object.entries(ctx).map(([name, data]) => {
      const address = TYPES[name] === 'Ip' ? parseAddress(String(data)) : undefined
      return [name, address ?? examValue(data)]
    }),
  )
}

function run({ expr, ctx }: DocsCase): unknown {
  const parsed = parseFilter(expr, SCHEME)
  if (!parsed.ok) return { error: parsed.error.kind }
  const program = compileProgram(ENVIRONMENT, [parsed.node])
  const frame = program.start(factsOf(ctx))
  const result = program.filter(0)(frame)
  expect(frame.faults).toBe(0)
  return result
}

/** `TypeMismatch` to `type-mismatch`. */
function expected({ result }: DocsCase): unknown {
  if (typeof result === 'boolean') return result
  return { error: result.error.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase() }
}

describe("the examples of Cloudflare's documentation", () => {
  if (CASES.length === 0) console.log('docs exam: skipped, ../shared/exams/language is not there')

  test.skipIf(CASES.length === 0)('are 142', () => {
    expect(CASES).toHaveLength(142)
  })

  for (const [i, docsCase] of CASES.entries()) {
    test(`${i} (${docsCase.source}): ${docsCase.expr.slice(0, 90)}`, () => {
      expect(run(docsCase)).toEqual(expected(docsCase))
    })
  }
})
