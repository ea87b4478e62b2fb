import { describe, expect, test } from 'vitest'
import { parseRegex } from '../../../src/lang/regex/parse.ts'
import { printRegex } from '../../../src/lang/regex/print.ts'
import { UNICODE_TABLES } from '../../../src/lang/regex/unicode-tables.ts'
import { toBytes } from '../../../src/lang/value.ts'

function print(source: string): string {
  const parsed = parseRegex(toBytes(source), UNICODE_TABLES)
  if (!parsed.ok) throw new Error(parsed.message)
  return printRegex(parsed.node, 'rust')
}

describe('parseRegex', () => {
  test.each([
    ['.', '[^\\n]'],
    ['(?s).', '[\\x00-\\xff]'],
    ['(?R).', '[^\\n\\x0d]'],
    ['\\d\\D', '[0-9][^0-9]'],
    ['\\s', '[\\x09-\\x0d ]'],
    ['(?i)aB1', '[Aa][Bb]1'],
    ['(?i)[^a]', '[^Aa]'],
    ['(?i)é', '\\xc3\\xa9'],
    ['é+', '(?:\\xc3\\xa9)+'],
    ['\\xe9\\x{e9}\\u00e9', '\\xe9\\xc3\\xa9\\xc3\\xa9'],
    ['[a-z&&[^aeiou]]', '[b-df-hj-np-tv-z]'],
    ['[a-f--c]', '[abd-f]'],
    ['[a-d~~c-f]', '[abef]'],
    ['[[:xdigit:]_]', '[0-9A-F_a-f]'],
    ['a(?i)b|c', 'a[Bb]|[Cc]'],
    ['(?:a(?i)b)c', 'a[Bb]c'],
    ['(?x) a b # c\n d', 'abd'],
    ['(?U)a*b*?', 'a*?b*'],
    ['(?:)*', ''],
    ['\\b{3}', '\\b'],
    ['a{0}', ''],
    ['(a)(?<n>b)', '(a)(b)'],
    ['(?u)é|[^\\x{80}-\\x{10ffff}]', '\\xc3\\xa9|[\\x00-\\x7f]'],
    ['(?iu)k', '[Kk]|\\xe2\\x84\\xaa'],
    ['(?u)[α-ω&&\\p{Lu}]', '[^\\x00-\\xff]'],
  ])('reads %s as %s', (source, expected) => {
    expect(print(source)).toBe(expected)
  })

  test.each([
    ['a{2', 1, 'the count has no closing brace', '{2,3}'],
    ['a{,3}', 1, 'the count needs a number', '{0,3}'],
    ['a{3,2}', 1, 'the count ends before it begins', 'Swap'],
    ['*a', 0, 'there is nothing to repeat', '\\*'],
    ['a(?=b)', 1, 'look-ahead', 'two conditions'],
    ['(a)\\1', 3, 'references', '\\xHH'],
    ['ab(c', 2, 'the group is not closed', 'Add )'],
    ['ab)c', 2, 'this parenthesis closes nothing', '\\)'],
    ['x[a-', 1, 'the class is not closed', 'Add ]'],
    ['[z-a]', 1, 'the range ends before it begins', 'Swap'],
    ['[a-\\d]', 3, 'a range must go from one character', 'hyphen'],
    ['é[é]', 3, 'a class takes single bytes', '(?u:'],
    ['\\p{L}', 0, 'classes of Unicode need', '(?u:'],
    ['(?u)\\p{Nope}', 4, 'there is no property "Nope"', 'script'],
    ['(?u)\\b', 4, 'word boundaries of Unicode', '(?-u:\\b)'],
    ['a\\Z', 1, 'there is no escape \\Z', '\\z'],
    ['\\Qa\\E', 0, 'there is no escape \\Q', 'one by one'],
    ['a\\', 2, 'nothing follows', '\\\\'],
    ['\\x4g', 3, '"g" is not a hexadecimal digit', '\\x41'],
    ['\\x{d800}', 0, 'not a character', 'surrogate'],
    ['(?k)a', 2, 'there is no flag "k"', '(?:'],
    ['(?i-i:a)', 4, '"i" is there twice', 'once'],
    ['(?<a>.)(?<a>.)', 10, 'two groups are named "a"', 'Rename'],
    ['\\b{begin}', 3, 'no word boundary named "begin"', 'start-half'],
  ])('refuses %s at byte %i: %s', (source, offset, message, fix) => {
    const parsed = parseRegex(toBytes(source), UNICODE_TABLES)
    expect(parsed).toMatchObject({ ok: false, offset })
    if (parsed.ok) return
    expect(parsed.message).toContain(message)
    expect(parsed.message).not.toMatch(/\.$/)
    expect(parsed.fix).toContain(fix)
    expect(parsed.fix).toMatch(/\.$/)
  })

  test('says so when tables of Unicode are needed and absent', () => {
    expect(parseRegex('(?u)\\w')).toMatchObject({ ok: false, offset: 4 })
    expect(parseRegex('(?iu)k')).toMatchObject({ ok: false, offset: 5 })
    expect(parseRegex('(?u).[^a]\\x{e9}')).toMatchObject({ ok: true })
  })

  test('refuses a source that is not UTF-8', () => {
    expect(parseRegex('a\xff')).toMatchObject({ ok: false, message: 'not UTF-8' })
  })

  test('survives thousands of open brackets', () => {
    for (const open of ['(', '[', '(?:', '[^', '(?i'])
      expect(parseRegex(open.repeat(20_000))).toMatchObject({ ok: false })
  })

  test('reads back what it prints', () => {
    for (const source of [
      '(?m)^a$',
      '(?mR)^a$',
      '\\<a\\>',
      '\\b{start-half}a\\b{end-half}',
      '[&&]|[~]|[-]|[\\]]|#|"',
    ]) {
      const text = print(source)
      expect(print(text)).toBe(text)
    }
  })
})
