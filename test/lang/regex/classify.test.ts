/** What may run natively, checked against recheck, an analyser for ReDoS that shares nothing with ours. */
import fc from 'fast-check'
import { checkSync } from 'recheck'
import { describe, expect, test } from 'vitest'
import { planRegex } from '../../../src/lang/regex/plan-regex.ts'
import { toBytes } from '../../../src/lang/value.ts'
import { anyPattern } from './arbitrary.ts'
import { HOSTILE } from './hostile.ts'

function nativePattern(source: string): string | undefined {
  const planned = planRegex(toBytes(source))
  return planned.ok && planned.plan.engine === 'native' ? planned.plan.pattern : undefined
}

const LINEAR = [
  '^/api/v[0-9]+/users/[0-9]+$',
  '\\.(?:php|asp|jsp)$',
  '(?i)(?:sqlmap|nikto|nessus)',
  '(?i)\\bunion\\b',
  '^[a-f0-9]{32}$',
  '^(?:[^/]*/)*x$',
  '^[a-z]+[0-9]+$',
  '^.*\\.bak$',
  '.*foo',
  'foo.*',
  '\\s+$',
  '(?:%[0-9a-f]{2}){4}',
  '(a+)+$',
  '(?m)^GET ',
  '^(?:a|b|c)+$',
]

describe('what runs natively', () => {
  test.each(LINEAR)('%s does', (source) => {
    expect(nativePattern(source)).toBeDefined()
  })

  test.each(HOSTILE.map(({ source }) => source))('%s does not', (source) => {
    expect(nativePattern(source)).toBeUndefined()
  })

  test('whatever loops over nothing does not', () => {
    for (const source of ['^(?:a*)*b', '^(?:a?)*b', '^(?:|a)+b', '^(?:\\b|a)*b'])
      expect(nativePattern(source)).toBeUndefined()
  })

  test('so many alternatives for one text that trying them all takes exponential time do not', () => {
    expect(nativePattern(`^${'(?:ab|a[bc])'.repeat(30)}x`)).toBeUndefined()
    expect(nativePattern(`^${'(?:ab|a[bc])'.repeat(3)}x`)).toBeDefined()
  })

  test.each([...LINEAR, ...HOSTILE.map(({ source }) => source)])(
    'recheck has nothing against %s',
    (source) => {
      const pattern = nativePattern(source)
      if (pattern !== undefined)
        expect(checkSync(pattern, '', { timeout: 5_000 }).status).not.toBe('vulnerable')
    },
  )

  test('recheck has nothing against random ones', { timeout: 120_000 }, () => {
    let checked = 0
    fc.assert(
      fc.property(anyPattern, (source) => {
        const pattern = nativePattern(source)
        if (pattern === undefined || !/[*+{]/.test(pattern)) return
        checked++
        expect(checkSync(pattern, '', { timeout: 2_000 }).status, pattern).not.toBe('vulnerable')
      }),
      { numRuns: 600 },
    )
    expect(checked).toBeGreaterThan(20)
  })
})
