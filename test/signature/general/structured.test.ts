import fc from 'fast-check'
import {
  DisplayString,
  parseDictionary as readDictionary,
  parseItem as readItem,
  parseList as readList,
  Token,
  serializeDictionary as writeDictionary,
  serializeItem as writeItem,
  serializeList as writeList,
} from 'structured-headers'
import { describe, expect, test } from 'vitest'
import {
  parseDictionary,
  parseField,
  parseItem,
  parseList,
} from '../../../src/signature/general/parse-structured.ts'
import {
  serializeBareItem,
  serializeDictionary,
  serializeField,
  serializeItem,
  serializeList,
} from '../../../src/signature/general/serialize-structured.ts'
import type {
  BareItem,
  Dictionary,
  Item,
  Member,
  Parameters,
} from '../../../src/signature/general/structured-value.ts'

const LIMITS = { maxLength: 10_000, maxValues: 2000 }
const MAX = 999_999_999_999_999

const characters = (alphabet: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength, maxLength })
const LOWER = 'abcxyz'
const key = fc
  .tuple(characters(`${LOWER}*`, 1, 1), characters(`${LOWER}019_-.*`, 0, 6))
  .map((parts) => parts.join(''))
const token = fc
  .tuple(characters('abcXYZ*', 1, 1), characters("aZ09!#$%&'*+-.^_`|~:/", 0, 8))
  .map((parts) => parts.join(''))

/**
 * What the library gets wrong is not compared: it reads dates only at the very end of a text, and in display
 * strings drops a byte order mark and writes the first control characters with one digit.
 */
const isCompared = (text: string): boolean =>
  text.isWellFormed() && !text.startsWith('\ufeff') && [...text].every((character) => character >= ' ')
const bareItem: fc.Arbitrary<BareItem> = fc.oneof(
  fc.record({ type: fc.constant('integer' as const), value: fc.integer({ min: -MAX, max: MAX }) }),
  fc.record({
    type: fc.constant('decimal' as const),
    value: fc.integer({ min: -MAX, max: MAX }).map((thousandths) => thousandths / 1000 + 0),
  }),
  fc.record({ type: fc.constant('string' as const), value: fc.string({ unit: 'grapheme-ascii' }) }),
  fc.record({ type: fc.constant('token' as const), value: token }),
  fc.record({
    type: fc.constant('bytes' as const),
    value: fc.uint8Array({ maxLength: 20 }).map((bytes) => new Uint8Array(bytes)),
  }),
  fc.record({ type: fc.constant('boolean' as const), value: fc.boolean() }),
  fc.record({
    type: fc.constant('display' as const),
    value: fc.string({ unit: 'binary', maxLength: 10 }).filter(isCompared),
  }),
)
const parameters: fc.Arbitrary<Parameters> = fc
  .array(fc.tuple(key, bareItem), { maxLength: 3 })
  .map((pairs) => new Map(pairs))
const item: fc.Arbitrary<Item> = fc.record({
  kind: fc.constant('item' as const),
  value: bareItem,
  parameters,
})
const member: fc.Arbitrary<Member> = fc.oneof(
  item,
  fc.record({ kind: fc.constant('list' as const), items: fc.array(item, { maxLength: 4 }), parameters }),
)
const list = fc.array(member, { maxLength: 5 })
const dictionary: fc.Arbitrary<Dictionary> = fc
  .array(fc.tuple(key, member), { maxLength: 5 })
  .map((pairs) => new Map(pairs))

/** Our values without their types, as the library has them: it tells 1 from 1.0 no more. */
function plain(value: BareItem): unknown {
  return value.type === 'bytes' ? [...value.value] : value.value
}

function plainParameters(own: Parameters): unknown {
  return [...own].map(([name, value]) => [name, plain(value)])
}

function plainMember(own: Member): unknown {
  const inner = own.kind === 'list' ? own.items.map(plainMember) : plain(own.value)
  return [inner, plainParameters(own.parameters)]
}

function foreign(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)]
  if (value instanceof Token || value instanceof DisplayString) return value.toString()
  if (value instanceof Date) return value.getTime() / 1000
  return value
}

function foreignMember([value, own]: readonly [unknown, Map<string, unknown>]): unknown {
  const inner = Array.isArray(value) ? value.map(foreignMember) : foreign(value)
  return [inner, [...own].map(([name, each]) => [name, foreign(each)])]
}

const attempt = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

describe('structured fields', () => {
  test('read back what was written', () => {
    fc.assert(
      fc.property(item, list, dictionary, (one, several, named) => {
        expect(parseItem(serializeItem(one), LIMITS)).toEqual(one)
        expect(parseList(serializeList(several), LIMITS)).toEqual(several)
        const read = parseDictionary(serializeDictionary(named), LIMITS)
        expect([...(read?.members ?? [])]).toEqual([...named])
        expect(read?.repeated).toBe(false)
      }),
    )
  })

  test('mean the same to an independent parser', () => {
    fc.assert(
      fc.property(item, list, dictionary, (one, several, named) => {
        expect(foreignMember(readItem(serializeItem(one)))).toEqual(plainMember(one))
        expect(readList(serializeList(several)).map(foreignMember)).toEqual(several.map(plainMember))
        const read = [...readDictionary(serializeDictionary(named))]
        expect(read.map(([name, own]) => [name, foreignMember(own)])).toEqual(
          [...named].map(([name, own]) => [name, plainMember(own)]),
        )
      }),
    )
  })

  test('are read, refused and written as an independent implementation does it', () => {
    const pieces = [
      'a',
      'b=',
      '1',
      '-1',
      '1.5',
      '"x"',
      '"',
      '\\',
      ':YQ==:',
      ':YQ:',
      '?1',
      '?0',

      ';',
      ',',
      ' ',
      '\t',
      '(',
      ')',
      '*',
      '%"a%c3%bc"',
      '%"%FF"',
      'A',
      '=',
      '!',
      '\u00e9',
      '1.',
      '.',
      '--',
      '9999999999999999',
    ]
    const text = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
      fc.tuple(dictionary, fc.nat(), fc.constantFrom(...pieces)).map(([own, at, piece]) => {
        const written = serializeDictionary(own)
        return (
          written.slice(0, at % (written.length + 1)) + piece + written.slice((at % (written.length + 1)) + 1)
        )
      }),
    )
    let accepted = 0
    fc.assert(
      fc.property(text, (value) => {
        const ours = [
          parseItem(value, LIMITS),
          parseList(value, LIMITS),
          parseDictionary(value, LIMITS)?.members,
        ]
        const theirs = [
          attempt(() => writeItem(readItem(value))),
          attempt(() => writeList(readList(value))),
          attempt(() => writeDictionary(readDictionary(value))),
        ]
        for (const [index, own] of ours.entries()) {
          // It prints 1.0 as 1, so numbers are compared by meaning in the test above and only their place here.
          const written = own === undefined ? undefined : serializeField(own).replace(/\.0(?![0-9])/g, '')
          if (written !== undefined) accepted++
          expect([value, written]).toEqual([value, theirs[index]?.replace(/\.0(?![0-9])/g, '')])
        }
      }),
      { numRuns: 3000 },
    )
    expect(accepted).toBeGreaterThan(500)
  })

  test('have dates wherever an item can be', () => {
    const text = 'a=(@1659578233;b=@-1 @0), c=@7'
    expect(serializeDictionary(parseDictionary(text, LIMITS)?.members ?? new Map())).toBe(text)
    expect(parseItem('@1.5', LIMITS)).toBeUndefined()
    expect(parseItem('@', LIMITS)).toBeUndefined()
    expect(parseItem('@1', LIMITS)).toMatchObject({ value: { type: 'date', value: 1 } })
  })

  test('keep a byte order mark and control characters, which are characters like others', () => {
    const text = '%"%ef%bb%bfa%00%0a"'
    expect(serializeItem(parseItem(text, LIMITS) ?? expect.fail())).toBe(text)
  })

  test.each([
    ['a=1, a=2', true],
    ['a=1;b;b', true],
    ['a=("x";sf;sf)', true],
    ['a=1, b=1;a', false],
  ])('tell when a key came twice: %s', (text, repeated) => {
    expect(parseDictionary(text, LIMITS)?.repeated).toBe(repeated)
  })

  test.each([
    [0.0625, '0.062'],
    [0.1875, '0.188'],
    [-0.0625, '-0.062'],
    [-0.0001, '0.0'],
    [1, '1.0'],
    [1.25, '1.25'],
    [999_999_999_999.999, '999999999999.999'],
    [0.0015, '0.002'],
  ])('round decimals to three digits, ties to even: %d', (value, text) => {
    expect(serializeBareItem({ type: 'decimal', value })).toBe(text)
  })

  test.each([':YQ:', ':YR==:'])('may be asked to refuse base64 that is not canonical: %s', (text) => {
    expect(parseItem(text, LIMITS)).toMatchObject({ value: { value: new Uint8Array([0x61]) } })
    expect(parseItem(text, { ...LIMITS, canonical: true })).toBeUndefined()
  })

  test.each([':Y:', ':YQ=:', ':YWI==:', ':=:', ':====:'])('hold no broken base64: %s', (text) => {
    expect(parseItem(text, LIMITS)).toBeUndefined()
  })

  test('are not read beyond their limits', () => {
    expect(parseDictionary('a=1, b=2', { maxLength: 7, maxValues: 9 })).toBeUndefined()
    expect(parseDictionary('a, b, c', { maxLength: 99, maxValues: 2 })).toBeUndefined()
    expect(parseDictionary('a;b;c', { maxLength: 99, maxValues: 2 })).toBeUndefined()
    expect(parseList('(), (), ()', { maxLength: 99, maxValues: 2 })).toBeUndefined()
    expect(parseList('(1 2 3)', { maxLength: 99, maxValues: 3 })).toBeUndefined()
    expect(parseList('(1 2 3)', { maxLength: 99, maxValues: 4 })).toHaveLength(1)
  })

  test('are read by the type that the field has', () => {
    expect(parseField('a', 'item', LIMITS)).toHaveProperty('kind', 'item')
    expect(parseField('a, b', 'list', LIMITS)).toHaveLength(2)
    expect(parseField('a, b', 'dictionary', LIMITS)).toHaveProperty('size', 2)
    expect(parseField('a, b', 'item', LIMITS)).toBeUndefined()
  })
})
