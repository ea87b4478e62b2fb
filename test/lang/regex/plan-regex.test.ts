import { describe, expect, test } from 'vitest'
import { planRegex } from '../../../src/lang/regex/plan-regex.ts'
import { createRegexTest } from '../../../src/lang/regex/run-regex.ts'
import { toBytes } from '../../../src/lang/value.ts'

describe('planRegex', () => {
  test.each([
    ['^/api/', { engine: 'native', pattern: '^\\/api\\/' }],
    ['(?i)curl', { engine: 'native', pattern: '[Cc][Uu][Rr][Ll]' }],
    ['foo.*bar', { engine: 'linear', pattern: 'foo[^\\n]*bar', needs: 'foo' }],
    ['(?m)^a.*b.*c$', { engine: 'linear', pattern: '(?m:^)a[^\\n]*b[^\\n]*c(?m:$)', needs: '(?<![^\\n])a' }],
    ['^(?:.+.+)+$', { engine: 'linear' }],
  ])('plans %s', (source, plan) => {
    expect(planRegex(source)).toMatchObject({ ok: true, plan: { source, ...plan } })
  })

  test('gives a plan that survives JSON', () => {
    for (const source of ['^/api/', 'foo.*bar', '(?u)^\\w+x\\w+$']) {
      const planned = planRegex(source)
      expect(JSON.parse(JSON.stringify(planned))).toEqual(planned)
    }
  })

  test.each([
    ['a{1000}{1000}x', '1000001 steps'],
    ['^.{5000}$', '5002 steps'],
    ['(?:a{4294967295}){4294967295}x{4294967295}$', 'steps'],
    [`^${'(?:a{99}){99}'.repeat(3)}`, 'steps'],
    ['(?:a{1000}){1000}*b', '1000003 steps, more than 100000'],
  ])('refuses %s, which compiles to %s', (source, size) => {
    const planned = planRegex(source)
    expect(planned).toMatchObject({ ok: false, offset: 0 })
    if (planned.ok) return
    expect(planned.message).toContain(size)
    expect(planned.fix).toContain('len()')
  })

  test('plans thousands of choices in a row', () => {
    for (const source of [
      `^${'a?'.repeat(1_900)}b`,
      `^${'(?:\\ba?)'.repeat(1_300)}b`,
      `${'a|bc|'.repeat(700)}de`,
    ])
      expect(planRegex(source)).toMatchObject({ ok: true })
  })

  test('gives what the parser finds wrong', () => {
    expect(planRegex('ab(c')).toMatchObject({ ok: false, offset: 2, message: 'the group is not closed' })
  })

  test.each([
    ['(?u)^\\w+$', 'naïveté', 'a b'],
    ['(?iu)STRASSE|straße', 'STRAẞE', 'strase'],
    ['(?u)^\\p{Greek}+$', 'λόγος', 'logos'],
    ['(?u)^.$', '€', '€€'],
    ['(?u)^[^a-z]$', '𝒳', 'x'],
    ['(?u)^\\d\\s$', '٣\u3000', '3a'],
    ['(?u)x[^\\x00-\\x{7f}].*y', 'x€..y', 'xa..y'],
  ])('carries Unicode into bytes: %s', (source, yes, no) => {
    const planned = planRegex(toBytes(source))
    if (!planned.ok) throw new Error(planned.message)
    const run = createRegexTest(planned.plan)
    expect([yes, no].map((text) => run(toBytes(text)))).toEqual([true, false])
  })
})

describe('createRegexTest', () => {
  test('runs a linear plan that has only its source', () => {
    const run = createRegexTest({ engine: 'linear', source: '(?i)FOO\\d+' })
    expect([run('xfoo7'), run('xfoo')]).toEqual([true, false])
  })

  test('throws for a plan that no planner made, at the first subject', () => {
    const run = createRegexTest({ engine: 'linear', source: 'a(' })
    expect(() => run('a')).toThrow(TypeError)
    expect(() => createRegexTest({ engine: 'linear', source: '(?:a{1000}){1000}' })('a')).toThrow('too large')
  })
})
