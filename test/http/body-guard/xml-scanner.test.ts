import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { XmlBounds } from '../../../src/http/body-guard/body-bounds.ts'
import { createXmlScanner } from '../../../src/http/body-guard/xml-scanner.ts'
import { BOUNDS } from './bounds.ts'
import { bytesOf, cut, cuts, judge } from './cutting.ts'

const read = (text: string, bounds: XmlBounds = BOUNDS.xml): string | undefined =>
  judge(createXmlScanner(bounds), [bytesOf(text)])

interface Element {
  readonly name: string
  readonly attributes: readonly string[]
  readonly content: readonly (string | Element)[]
}

const { element } = fc.letrec<{ element: Element; content: string | Element }>((tie) => ({
  element: fc.record({
    name: fc.constantFrom('a', 'soap:Body', '_x', 'élan', 'A-1.b'),
    attributes: fc.array(fc.constantFrom('a="1>2"', "b='=\"/>'", 'c = "x"', 'd=""'), { maxLength: 4 }),
    content: fc.array(tie('content'), { maxLength: 4 }),
  }),
  content: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(
      'text > = "quoted"',
      '&amp;',
      '<!-- <a> - -- ? ]]> -->',
      '<!---->',
      '<![CDATA[<!DOCTYPE a> ]] > ]]]>',
      '<?php <b> "?>',
    ),
    tie('element'),
  ),
}))

function print({ name, attributes, content }: Element): string {
  const start = [name, ...attributes].join(' ')
  if (content.length === 0) return `<${start}/>`
  return `<${start}>${content.map((part) => (typeof part === 'string' ? part : print(part))).join('')}</${name} >`
}

function measure({ attributes, content }: Element): XmlBounds {
  const inner = content.filter((part) => typeof part !== 'string').map(measure)
  return {
    max_depth: 1 + Math.max(0, ...inner.map(({ max_depth }) => max_depth)),
    max_elements: 1 + inner.reduce((sum, { max_elements }) => sum + max_elements, 0),
    max_attributes: Math.max(attributes.length, ...inner.map(({ max_attributes }) => max_attributes)),
  }
}

const FAULTS = [
  ['max_depth', 'xml-depth'],
  ['max_elements', 'xml-elements'],
  ['max_attributes', 'xml-attributes'],
] as const

describe('XML', () => {
  test('that keeps to its bounds passes, and one less of any bound refuses it by that bound, however it is cut', () => {
    const prologs = fc.constantFrom(
      '',
      '\ufeff',
      ' \n',
      '<?xml version="1.0" encoding=\'UTF-8\'?>\n',
      '<!-- a -->',
    )
    fc.assert(
      fc.property(prologs, element, cuts, (prolog, root, lengths) => {
        const bytes = bytesOf(prolog + print(root))
        const needs = measure(root)
        const verdict = (bounds: XmlBounds): string | undefined =>
          judge(createXmlScanner(bounds), cut(bytes, lengths))
        expect(verdict(needs)).toBeUndefined()
        for (const [bound, fault] of FAULTS)
          if (needs[bound] > 0) expect(verdict({ ...needs, [bound]: needs[bound] - 1 })).toBe(fault)
      }),
      { numRuns: 500 },
    )
  })

  test('of any bytes: the verdict does not depend on how it is cut', () => {
    const texts = fc.array(
      fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '</',
          '/>',
          '<!',
          '<!--',
          '-->',
          '<?xml ',
          '?>',
          '<![CDATA[',
          ']]>',
          '="',
          "'",
          '<a',
          'encoding="utf-7"',
        ),
        fc.string({ maxLength: 3 }),
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(texts, cuts, (parts, lengths) => {
        const text = parts.join('')
        expect(judge(createXmlScanner(BOUNDS.xml), cut(bytesOf(text), lengths))).toBe(read(text))
      }),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['a document type', '<!DOCTYPE a><a/>'],
    ['entities', '<!DOCTYPE lolz [<!ENTITY lol "lol">]><lolz>&lol;</lolz>'],
    ['a document type in lower case', '<?xml version="1.0"?>\n<!doctype a><a/>'],
    ['an entity without a document type', '<a><!ENTITY b "c"></a>'],
    ['a conditional section of another kind', '<!ATTLIST a>'],
  ])('with %s is refused for it', (_, text) => {
    expect(read(text)).toBe('xml-doctype')
  })

  it.each([
    ['UTF-16, whose markup no scanner of bytes sees', Buffer.from('<a/>', 'utf16le')],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff<a/>', 'utf16le')],
    ['EBCDIC', Buffer.from([0x4c, 0x6f, 0xa7, 0x94, 0x93])],
    ['another byte order mark', Buffer.from([0xef, 0xbb, 0x3c, 0x61, 0x2f, 0x3e])],
    ['text before the first element', Buffer.from('a<b/>')],
    ['an end tag too many', Buffer.from('<a></a></a>')],
    ['an element that does not end', Buffer.from('<a><b></b>')],
    ['a tag that does not end', Buffer.from('<a')],
    ['a comment that does not end', Buffer.from('<a/><!-- -- >')],
    ['`<` in a tag', Buffer.from('<a <b>')],
    ['a name that is none', Buffer.from('<1/>')],
    ['`/` in a tag', Buffer.from('<a / b>')],
    ['something like CDATA', Buffer.from('<a><![cdata[]]></a>')],
  ])('with %s is malformed', (_, bytes) => {
    expect(judge(createXmlScanner(BOUNDS.xml), [bytes])).toBe('xml-malformed')
  })

  it.each(['utf-16', 'UTF-7', 'cp037', 'ISO-2022-JP', '', 'nonsense'])(
    'that declares the encoding %s is refused, as it may say other things than its bytes',
    (encoding) => {
      expect(read(`<?xml version="1.0" encoding="${encoding}"?><a/>`)).toBe('charset')
    },
  )

  it('whose declaration is longer than one can be hides no encoding there', () => {
    expect(read(`<?xml version="1.0" ${' '.repeat(300)} encoding="utf-7"?><a/>`)).toBe('charset')
  })

  it.each(['', ' \n', '\ufeff'])('of no elements passes: %j', (text) => {
    expect(read(text)).toBeUndefined()
  })
})
