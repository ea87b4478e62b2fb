import { describe, expect, test } from 'vitest'
import { callFunction as call, checkFunction as check } from './call-function.ts'

const FIRST = `$${'{1}'}`

describe('regex_replace', () => {
  test('replaces the first match, with captures', () => {
    expect(call('regex_replace', '/a/a', '/a', '/b')).toBe('/b/a')
    expect(call('regex_replace', '/foo/x/y', '^/foo/([^/]*)/(.*)$', `/bar/$2/${FIRST}`)).toBe('/bar/y/x')
    expect(call('regex_replace', '/x', '^/y$', '/z')).toBe('/x')
    expect(call('regex_replace', undefined, 'a', 'b')).toBeUndefined()
  })

  test('of more than 64 KiB is nil, and so is one that grows beyond 1 MiB', () => {
    expect(call('regex_replace', 'x'.repeat(65_536), 'y', '')).toHaveLength(65_536)
    expect(call('regex_replace', 'x'.repeat(65_537), 'y', '')).toBeUndefined()
    expect(call('regex_replace', 'x', 'x', 'y'.repeat(1 << 20))).toHaveLength(1 << 20)
    expect(call('regex_replace', 'zx', 'x', 'y'.repeat(1 << 20))).toBeUndefined()
  })

  test('names the argument that is wrong', () => {
    expect(check('regex_replace', undefined, '(', '')?.index).toBe(1)
    expect(check('regex_replace', undefined, 'a', '$1'.repeat(9))?.index).toBe(2)
    expect(check('regex_replace', undefined, 'a', '$1'.repeat(8))).toBeUndefined()
    expect(call('regex_replace', 'a', '(', 'b')).toBeUndefined()
  })
})

describe('wildcard and wildcard_replace', () => {
  test('match all of the source in either case', () => {
    expect(call('wildcard', '/Blog/a', '/blog/*')).toBe(true)
    expect(call('wildcard', '/blog', '/blog/*')).toBe(false)
    expect(call('wildcard', undefined, '*')).toBeUndefined()
    expect(call('wildcard_replace', '/Apps/calendar', '/apps/*', `/${FIRST}`)).toBe('/calendar')
    expect(call('wildcard_replace', '/Apps/calendar', '/apps/*', `/${FIRST}`, 's')).toBe('/Apps/calendar')
    expect(call('wildcard_replace', 'x/apps/a', '/apps/*', '')).toBe('x/apps/a')
  })

  test('put the text of stars, the whole and dollar signs in', () => {
    expect(call('wildcard_replace', 'a-b', '*-*', '$2$$$1|$0|$3')).toBe('b$a|a-b|')
    expect(call('wildcard_replace', 'a*', 'a\\*', 'b')).toBe('b')
  })

  test('with a result beyond 1 MiB is nil', () => {
    expect(call('wildcard_replace', 'x'.repeat(1 << 18), '*', '$1$1$1$1$1')).toBeUndefined()
  })

  test('name the argument that is wrong', () => {
    expect(check('wildcard', undefined, 'a**')?.index).toBe(1)
    expect(check('wildcard_replace', undefined, 'a\\b', '')?.index).toBe(1)
    expect(check('wildcard_replace', undefined, '*', '$name')?.message).toBe('there is no star "name"')
    expect(check('wildcard_replace', undefined, '*', '$1'.repeat(9))?.index).toBe(2)
    expect(check('wildcard_replace', undefined, '*', '$1', 'i')?.index).toBe(3)
    expect(check('wildcard_replace', undefined, '*', '$1', 's')).toBeUndefined()
  })
})
