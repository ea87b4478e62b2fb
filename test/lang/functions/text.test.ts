import { describe, expect, test } from 'vitest'
import { toBytes } from '../../../src/lang/value.ts'
import { callFunction as call, checkFunction as check } from './call-function.ts'

describe('functions on text', () => {
  test('lower and upper change ASCII letters only', () => {
    expect(call('lower', 'ABC\xc9z')).toBe('abc\xc9z')
    expect(call('upper', 'abc\xe9\xdf\xffZ')).toBe('ABC\xe9\xdf\xffZ')
    expect(call('lower', toBytes('ÉA'))).toBe(toBytes('Éa'))
    expect(call('lower', undefined)).toBeUndefined()
  })

  test('len counts bytes, items and entries', () => {
    expect(call('len', toBytes('é'))).toBe(2)
    expect(call('len', ['a', 'b'])).toBe(2)
    expect(call('len', new Map([['a', 'b']]))).toBe(1)
    expect(call('len', undefined)).toBeUndefined()
  })

  test('concat joins strings or arrays, skips nil and is nil when all is', () => {
    expect(call('concat', 'a', undefined, 'b')).toBe('ab')
    expect(call('concat', undefined, ['a'], ['b', 'c'])).toEqual(['a', 'b', 'c'])
    expect(call('concat', undefined)).toBeUndefined()
  })

  test('concat beyond 1 MiB or 65,536 items is nil', () => {
    const half = 'x'.repeat(1 << 19)
    expect(call('concat', half, half)).toHaveLength(1 << 20)
    expect(call('concat', half, half, 'x')).toBeUndefined()
    const items = new Array<string>(1 << 15).fill('')
    expect(call('concat', items, items)).toHaveLength(1 << 16)
    expect(call('concat', items, items, [''])).toBeUndefined()
  })

  test('starts_with, ends_with and contains are exact', () => {
    expect(call('starts_with', '/blog/x', '/blog')).toBe(true)
    expect(call('starts_with', '/Blog/x', '/blog')).toBe(false)
    expect(call('ends_with', 'a.html', '.html')).toBe(true)
    expect(call('ends_with', 'a.html', '.htm')).toBe(false)
    expect(call('contains', 'abc', 'b')).toBe(true)
    expect(call('contains', undefined, 'b')).toBeUndefined()
  })

  test('substring takes indexes from either end and never fails', () => {
    expect(call('substring', 'asdfghjk', 2, 5)).toBe('dfg')
    expect(call('substring', 'asdfghjk', 2)).toBe('dfghjk')
    expect(call('substring', 'asdfghjk', -2)).toBe('jk')
    expect(call('substring', 'asdfghjk', 0, -2)).toBe('asdfgh')
    expect(call('substring', 'abc', 5)).toBe('')
    expect(call('substring', 'abc', 2, 1)).toBe('')
    expect(call('substring', 'abc', -9, 2)).toBe('ab')
    expect(call('substring', 'abc', 0, undefined)).toBeUndefined()
    expect(call('substring', 'abc', 2n ** 62n)).toBe('')
  })

  test('split keeps empty parts and leaves the rest in the last', () => {
    expect(call('split', 'a,,b', ',', 64)).toEqual(['a', '', 'b'])
    expect(call('split', 'a,b,c,d', ',', 3)).toEqual(['a', 'b', 'c,d'])
    expect(call('split', 'a,b', ',', 1)).toEqual(['a,b'])
    expect(call('split', '', ',', 5)).toEqual([''])
    expect(call('split', ','.repeat(1000), ',', 128)).toHaveLength(128)
    expect(call('split', undefined, ',', 5)).toBeUndefined()
  })

  test('split takes a limit from 1 to 128 and a separator', () => {
    expect(check('split', undefined, ',', 128)).toBeUndefined()
    expect(check('split', undefined, ',', 129)?.index).toBe(2)
    expect(check('split', undefined, ',', 0)?.index).toBe(2)
    expect(check('split', undefined, '', 5)).toMatchObject({ index: 1, message: 'the separator is empty' })
  })

  test('join puts the separator between', () => {
    expect(call('join', ['a', 'b'], ', ')).toBe('a, b')
    expect(call('join', [], ',')).toBe('')
    expect(call('join', undefined, ',')).toBeUndefined()
    expect(call('join', new Array<string>(1 << 12).fill('x'.repeat(300)), ',')).toBeUndefined()
  })

  test('remove_bytes removes each of the bytes', () => {
    expect(call('remove_bytes', 'www.cloudflare.com', '.w')).toBe('cloudflarecom')
    expect(call('remove_bytes', 'abc', '')).toBe('abc')
    expect(call('remove_bytes', 'aaa', 'a')).toBe('')
  })

  test('remove_query_args removes every occurrence, however the name is encoded', () => {
    expect(call('remove_query_args', 'a=1&b=2&a=3&c', 'a', 'c')).toBe('b=2')
    expect(call('remove_query_args', '%61=1&b=2', 'a')).toBe('b=2')
    expect(call('remove_query_args', '%61%62%63=1&b=2&%61%62%63%64=3', 'abc', 'x')).toBe('b=2&%61%62%63%64=3')
    expect(call('remove_query_args', 'aa=1&b', 'a')).toBe('aa=1&b')
    expect(call('remove_query_args', '', 'a')).toBe('')
  })

  test('to_string prints numbers, truth values and addresses', () => {
    expect(call('to_string', -5)).toBe('-5')
    expect(call('to_string', 2n ** 62n)).toBe('4611686018427387904')
    expect(call('to_string', true)).toBe('true')
    expect(call('to_string', { version: 4, value: 0xc0000201 })).toBe('192.0.2.1')
    expect(call('to_string', undefined)).toBeUndefined()
  })

  test('has_key and has_value look for exact text', () => {
    expect(call('has_key', new Map([['a', ['b']]]), 'a')).toBe(true)
    expect(call('has_key', new Map(), 'a')).toBe(false)
    expect(call('has_value', ['a', 'b'], 'b')).toBe(true)
    expect(call('has_value', ['a', 'b'], 'B')).toBe(false)
    expect(call('has_value', undefined, 'b')).toBeUndefined()
  })
})
