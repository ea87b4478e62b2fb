import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { compileScope, hasPathPrefix, type PathPattern, trimPrefix } from '../../src/http/scope.ts'

const ANY = { hosts: [], paths: [], methods: [] }
const prefix = (value: string): PathPattern => ({ kind: 'prefix', value })
const exact = (value: string): PathPattern => ({ kind: 'exact', value })

describe('a scope', () => {
  it('without any list fits every request', () => {
    expect(compileScope(ANY)('app.example', '/a', 'GET')).toBe(true)
    expect(compileScope(ANY)('', '/', '')).toBe(true)
  })

  it.each([
    ['/a', true],
    ['/a/', true],
    ['/a/b', true],
    ['/ab', false],
    ['/a%2Fb', false],
    ['/A', false],
    ['/', false],
    ['/b/a', false],
  ])('of the prefix /a, written with or without slash, says of %s: %s', (path, fits) => {
    expect(compileScope({ ...ANY, paths: [prefix('/a')] })('h', path, 'GET')).toBe(fits)
    expect(compileScope({ ...ANY, paths: [prefix('/a/')] })('h', path, 'GET')).toBe(fits)
  })

  it('of the root fits every path, also beside other paths', () => {
    expect(compileScope({ ...ANY, paths: [prefix('/')] })('h', '/a', 'GET')).toBe(true)
    const matches = compileScope({ hosts: ['h'], paths: [exact('/x'), prefix('/')], methods: [] })
    expect([matches('h', '/a', 'GET'), matches('i', '/a', 'GET')]).toEqual([true, false])
  })

  it('of an exact path fits that path alone', () => {
    const matches = compileScope({ ...ANY, paths: [exact('/a')] })
    expect(['/a', '/a/', '/a/b', '/'].map((path) => matches('h', path, 'GET'))).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('of methods and hosts fits only these, and methods keep their case', () => {
    const matches = compileScope({ hosts: ['a.example', '*.b.example'], paths: [], methods: ['GET', 'POST'] })
    expect(matches('a.example', '/', 'POST')).toBe(true)
    expect(matches('x.b.example', '/', 'GET')).toBe(true)
    expect(matches('b.example', '/', 'GET')).toBe(false)
    expect(matches('a.example', '/', 'PUT')).toBe(false)
    expect(matches('a.example', '/', 'get')).toBe(false)
  })
})

const path = fc
  .array(fc.constantFrom('a', 'b', 'ab', 'a%2Fb', ''), { maxLength: 4 })
  .map((segments) => `/${segments.join('/')}`.replace(/\/+/g, '/'))
const pattern: fc.Arbitrary<PathPattern> = fc.record({
  kind: fc.constantFrom('exact', 'prefix'),
  value: path,
})

test('paths fit as comparing them segment by segment says', () => {
  const segments = (text: string): string[] => text.split('/').filter((part) => part !== '')
  const fits = (p: PathPattern, text: string): boolean =>
    p.kind === 'exact' ? p.value === text : segments(p.value).every((part, i) => segments(text)[i] === part)
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 3 }), path, (paths, text) => {
      const expected = paths.length === 0 || paths.some((p) => fits(p, text))
      expect(compileScope({ ...ANY, paths })('h', text, 'GET')).toBe(expected)
    }),
    { numRuns: 2000 },
  )
})

test('the root prefix is the empty one, which every path has', () => {
  expect([trimPrefix('/'), trimPrefix('/a/'), trimPrefix('/a')]).toEqual(['', '/a', '/a'])
  expect(hasPathPrefix('/a', '')).toBe(true)
})
