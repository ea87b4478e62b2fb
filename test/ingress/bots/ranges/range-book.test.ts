import { describe, expect, test } from 'vitest'
import type { RangeSourceModel } from '../../../../src/bundle/bots-model.ts'
import { createRangeBook, FORGOTTEN, type RangeBook } from '../../../../src/ingress/bots/ranges/range-book.ts'
import { type Address, parseAddress } from '../../../../src/net/address.ts'
import { parsePrefix } from '../../../../src/net/prefix.ts'
import { buildPrefixSet, openPrefixSet, type PrefixSet } from '../../../../src/net/prefix-set.ts'

const T0 = 1_780_000_000
const WEEK = 7 * 86_400

function setOf(...texts: readonly string[]): PrefixSet {
  const entries = texts.map((text) => {
    const result = parsePrefix(text)
    if (!result.ok) throw new Error(result.message)
    return { prefix: result.prefix, value: 1 }
  })
  return openPrefixSet(buildPrefixSet(entries))
}

function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (!address) throw new Error(text)
  return address
}

const source = (id: string, count?: number): RangeSourceModel => ({
  id,
  url: `https://${id}.example/list.json`,
  format: 'json',
  ...(count === undefined ? {} : { snapshot: { part: `bots/ranges/${id}`, count, fetched: T0 } }),
})

const PARTS: Readonly<Record<string, PrefixSet>> = {
  'bots/ranges/first': setOf('66.249.64.0/27', '2001:4860:4801:10::/64'),
  'bots/ranges/second': setOf('40.77.167.0/24'),
}

function open(): RangeBook {
  const openSet = (part: string): PrefixSet => PARTS[part] ?? setOf()
  return createRangeBook([source('first', 2), source('second', 1), source('later')], openSet, WEEK)
}

const find = (book: RangeBook, ip: string, ids: readonly string[], at = T0): string =>
  book.find(addressOf(ip), ids, at * 1000)

describe('a book of ranges', () => {
  test('says inside for an address on a list, in both families', () => {
    const book = open()
    expect(find(book, '66.249.64.9', ['first'])).toBe('inside')
    expect(find(book, '::ffff:66.249.64.9', ['first'])).toBe('inside')
    expect(find(book, '2001:4860:4801:10::1', ['second', 'first'])).toBe('inside')
  })

  test('says outside when all lists that were asked are there and recent', () => {
    expect(find(open(), '5.9.0.1', ['first', 'second'])).toBe('outside')
    expect(find(open(), '66.249.64.9', ['second'])).toBe('outside')
  })

  test('does not say outside when one of the lists is missing', () => {
    expect(find(open(), '5.9.0.1', ['first', 'later'])).toBe('unknown')
    expect(find(open(), '5.9.0.1', ['first', 'of-no-source'])).toBe('unknown')
    expect(find(open(), '66.249.64.9', ['later', 'first'])).toBe('inside')
  })

  test('does not say outside when a list is older than it may be, and still says inside', () => {
    const book = open()
    expect(find(book, '5.9.0.1', ['first'], T0 + WEEK)).toBe('outside')
    expect(find(book, '5.9.0.1', ['first'], T0 + WEEK + 1)).toBe('unknown')
    expect(find(book, '66.249.64.9', ['first'], T0 + WEEK + 1)).toBe('inside')
  })

  test('says nothing by a list of half a year ago', () => {
    expect(find(open(), '66.249.64.9', ['first'], T0 + FORGOTTEN)).toBe('inside')
    expect(find(open(), '66.249.64.9', ['first'], T0 + FORGOTTEN + 1)).toBe('unknown')
  })

  test('says unknown of no address and of no list', () => {
    expect(open().find(undefined, ['first'], T0 * 1000)).toBe('unknown')
    expect(find(open(), '66.249.64.9', [])).toBe('unknown')
  })

  test('takes a list that was fetched later', () => {
    const book = open()
    book.replace('first', setOf('5.9.0.0/24'), T0 + 60, 1)
    expect(find(book, '5.9.0.1', ['first'], T0 + WEEK + 30)).toBe('inside')
    expect(find(book, '66.249.64.9', ['first'], T0 + WEEK + 30)).toBe('outside')
    book.replace('later', setOf('5.9.1.0/24'), T0, 1)
    expect(find(book, '5.9.1.1', ['later'])).toBe('inside')
  })

  test('does not take an older list, nor one of a source that it does not have', () => {
    const book = open()
    book.replace('first', setOf('5.9.0.0/24'), T0 - 1, 1)
    book.replace('stranger', setOf('5.9.0.0/24'), T0, 1)
    expect(find(book, '5.9.0.1', ['first', 'stranger'])).toBe('unknown')
    expect(book.ages(T0 * 1000).map(({ id }) => id)).toEqual(['first', 'second', 'later'])
  })

  test('tells how old its lists are', () => {
    const book = open()
    book.replace('second', setOf('5.9.0.0/24', '5.9.2.0/24'), T0 + 90, 7)
    expect(book.ages((T0 + 100) * 1000)).toEqual([
      { id: 'first', count: 2, age: 100 },
      { id: 'second', count: 7, age: 10 },
      { id: 'later', count: 0 },
    ])
  })
})
