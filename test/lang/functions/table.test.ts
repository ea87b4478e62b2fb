import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_RESULT_BYTES, MAX_RESULT_ITEMS } from '../../../src/lang/functions/definition.ts'
import { FUNCTION_SIGNATURES, FUNCTIONS } from '../../../src/lang/functions/table.ts'
import type { Value } from '../../../src/lang/value.ts'

const SCHEME = new URL('../../../../shared/exams/language/cloudflare-scheme.json', import.meta.url)

const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((array) => String.fromCharCode(...array)),
  fc.constantFrom('', '*', 'a*b', '$1', '$$', '%u0041', '{"a":1}', 'a,b', '192.0.2.0/24', 'sha256', 'r', '('),
)
const value: fc.Arbitrary<Value | undefined> = fc.oneof(
  { weight: 5, arbitrary: bytes },
  fc.integer(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.constant(undefined),
  fc.array(bytes, { maxLength: 5 }),
  fc.array(fc.tuple(bytes, bytes), { maxLength: 4 }).map((entries) => new Map(entries)),
  fc.constant({ version: 4, value: 1 } as const),
  fc.constant({ version: 6, words: [1, 2, 3, 4] } as const),
)

function isBounded(result: Value | undefined): boolean {
  if (typeof result === 'string') return result.length <= MAX_RESULT_BYTES && !/[\u0100-\uffff]/.test(result)
  return !Array.isArray(result) || result.length <= MAX_RESULT_ITEMS
}

describe('the functions', () => {
  test.skipIf(!existsSync(SCHEME))("are Cloudflare's, but for the quantifiers", () => {
    const { functionNames } = JSON.parse(readFileSync(SCHEME, 'utf8')) as { functionNames: string[] }
    const expected = functionNames.filter((name) => name !== 'any' && name !== 'all')
    expect([...FUNCTIONS.keys()].toSorted()).toEqual(expected.toSorted())
    expect([...FUNCTION_SIGNATURES.keys()]).toEqual([...FUNCTIONS.keys()])
  })

  for (const [name, { call, cost }] of FUNCTIONS) {
    test(`${name} takes any arguments without throwing and gives bounded byte strings`, () => {
      expect(cost).toBeGreaterThan(0)
      fc.assert(
        fc.property(fc.array(value, { maxLength: 6 }), (args) => {
          expect(isBounded(call(args))).toBe(true)
        }),
        { numRuns: 500 },
      )
    })
  }
})
