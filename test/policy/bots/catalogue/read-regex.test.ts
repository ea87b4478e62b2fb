import { describe, expect, test } from 'vitest'
import { CHECK } from '../../../../src/bundle/agents-part.ts'
import { placeCheck } from '../../../../src/policy/bots/catalogue/place-check.ts'
import { readRegex } from '../../../../src/policy/bots/catalogue/read-regex.ts'

describe('an expression of a published list', () => {
  test.each([
    ['Googlebot\\/', '', 'Googlebot/', 'Googlebot/'],
    ['nutch', 'i', 'nutch', 0],
    ['24x7', '', '24x7', '24x7'],
    ['\\(\\)', '', '()', 0],
    ['^curl', 'i', 'curl', placeCheck(CHECK.start, 'curl')],
    ['\\bperl\\b', 'i', 'perl', placeCheck(CHECK.wordBefore | CHECK.wordAfter, 'perl')],
    ['^node$', 'i', 'node', placeCheck(CHECK.start | CHECK.end, 'node')],
    ['^curl', '', 'curl', { regex: '^curl', flags: '' }],
    ['[wW]get', '', 'wget', { regex: '[wW]get', flags: '' }],
    ['(?<!lib)http', 'i', 'http', { regex: '(?<!lib)http', flags: 'i' }],
    ['java(?!;)', 'i', 'java', { regex: 'java(?!;)', flags: 'i' }],
    ['abc?de', 'i', 'ab', { regex: 'abc?de', flags: 'i' }],
    ['ab+cde', 'i', 'bcde', { regex: 'ab+cde', flags: 'i' }],
    ['ab{0,2}cde', 'i', 'cde', { regex: 'ab{0,2}cde', flags: 'i' }],
    ['Spider[\\s\\S]*spider\\.com', '', 'spider.com', { order: ['Spider', 'spider.com'] }],
  ] as const)('%s (%s) is looked for by %s', (source, flags, literal, check) => {
    expect(readRegex(source, flags)).toEqual({ literals: [{ literal, check }], structures: [] })
  })

  test('is split at its alternatives, not at those within groups', () => {
    expect(readRegex('Netumo|netumo', '').literals).toEqual([
      { literal: 'Netumo', check: 'Netumo' },
      { literal: 'netumo', check: 'netumo' },
    ])
    expect(readRegex('Ahrefs(Bot|SiteAudit)', '').literals).toEqual([
      { literal: 'Ahrefs', check: { regex: 'Ahrefs(Bot|SiteAudit)', flags: '' } },
    ])
  })

  test.each(['^[<\\(;]', '^\\d+\\b', '^[\\w\\-]+/[\\w]+$', '^mozilla/\\d\\.\\d\\s[\\w\\.-]+$'])(
    '%s has no literal that tells anything',
    (source) => {
      expect(readRegex(source, 'i')).toEqual({ literals: [], structures: [{ regex: source }] })
    },
  )

  test('without a literal is run only for texts with its last character', () => {
    expect(readRegex(';\\s\\w+;$', 'i').structures).toEqual([{ regex: ';\\s\\w+;$', last: ';' }])
  })
})
