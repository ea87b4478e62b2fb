import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import type { RouteModel } from '../../src/bundle/model.ts'
import { acceptedAnomalies } from '../../src/http/anomaly-rules.ts'
import { createRouter } from '../../src/shield/router.ts'
import { createRoute } from './fixtures.ts'

/** `app.example/a` is a prefix, `app.example=/a` an exact path; the text is also the route's id. */
function read(text: string): RouteModel {
  const [, host = '', kind, value = ''] = /^([^/=]+)(=?)(\/.*)$/.exec(text) ?? []
  return createRoute({ id: text, hosts: [host], path: { kind: kind === '=' ? 'exact' : 'prefix', value } })
}

function find(routes: readonly string[], host: string, path: string): string {
  const match = createRouter(routes.map(read))(host, path)
  return match.kind === 'route' ? match.route.model.id : match.kind
}

describe('a prefix', () => {
  it.each([
    ['/a', 'h/a'],
    ['/a/', 'h/a'],
    ['/a/b', 'h/a/b'],
    ['/a/b/', 'h/a/b'],
    ['/a/b/c/d', 'h/a/b'],
    ['/a/bc', 'h/a'],
    ['/ab', 'h/'],
    ['/a%2Fb', 'h/'],
    ['/', 'h/'],
    ['/c', 'h/'],
  ])('takes whole segments, and the longest wins: %s goes to %s', (path, id) => {
    expect(find(['h/a/b', 'h/', 'h/a'], 'h', path)).toBe(id)
  })

  it('means the same with a slash at its end', () => {
    expect(['/a', '/a/', '/a/b', '/ab'].map((path) => find(['h/a/'], 'h', path))).toEqual([
      'h/a/',
      'h/a/',
      'h/a/',
      'unknown-path',
    ])
  })
})

describe('an exact path', () => {
  it('wins over a prefix, and takes nothing below itself', () => {
    const routes = ['h/a', 'h=/a', 'h=/a/b']
    const ids = ['/a', '/a/', '/a/b', '/a/b/c'].map((path) => find(routes, 'h', path))
    expect(ids).toEqual(['h=/a', 'h/a', 'h=/a/b', 'h/a'])
  })

  it('of the root is not a prefix', () => {
    expect(find(['h=/'], 'h', '/')).toBe('h=/')
    expect(find(['h=/'], 'h', '/a')).toBe('unknown-path')
  })
})

describe('the host', () => {
  const routes = ['app.example/', '*.example/', '*.app.example/', '*/']
  it.each([
    ['app.example', 'app.example/'],
    ['www.example', '*.example/'],
    ['a.b.example', '*.example/'],
    ['x.app.example', '*.app.example/'],
    ['x.y.app.example', '*.app.example/'],
    ['example', '*/'],
    ['xapp.other', '*/'],
    ['192.0.2.1', '*/'],
    ['[::1]', '*/'],
  ])('takes the most specific name: %s goes to %s', (host, id) => {
    expect(find(routes, host, '/')).toBe(id)
  })

  it('decides before the path: its own routes are all there is', () => {
    expect(find(['app.example/a', '*.example/b', '*/c'], 'app.example', '/b')).toBe('unknown-path')
    expect(find(['app.example/a', '*.example/b', '*/c'], 'x.example', '/c')).toBe('unknown-path')
  })

  it('is unknown when no route names it', () => {
    expect(find(['app.example/', '*.app.example/'], 'example', '/')).toBe('unknown-host')
    expect(find([], 'app.example', '/')).toBe('unknown-host')
    expect(find(['*.example/'], '', '/')).toBe('unknown-host')
  })

  it('may be called like something every object inherits', () => {
    expect(find(['app.example/'], 'constructor', '/')).toBe('unknown-host')
    expect(find(['app.example/'], 'app.example', '/__proto__')).toBe('app.example/')
  })

  it('may have as many labels as a name can', () => {
    const host = `${'a.'.repeat(126)}b`
    expect(host).toHaveLength(253)
    expect(find(['*.b/'], host, '/')).toBe('*.b/')
    expect(find(['*/'], host, '/')).toBe('*/')
  })
})

test('one route serves all its hosts', () => {
  const route = createRouter([createRoute({ hosts: ['a', '*.b'] })])
  expect([route('a', '/').kind, route('x.b', '/').kind, route('b', '/').kind]).toEqual([
    'route',
    'route',
    'unknown-host',
  ])
})

test('the first of two routes for the same place stays', () => {
  const [first, second] = [createRoute({ id: 'first' }), createRoute({ id: 'second' })]
  expect(createRouter([first, second])('app.example', '/')).toMatchObject({
    route: { model: { id: 'first' } },
  })
})

test('a route brings what hygiene relaxes for it', () => {
  const match = createRouter([createRoute({ relax: ['encoded-slash'], max_body: 7 })])('app.example', '/')
  expect(match).toMatchObject({
    route: { relief: { accepted: acceptedAnomalies(['encoded-slash']), maxBody: 7 } },
  })
})

test('a path of many slashes is looked up no more often than the deepest prefix is deep', () => {
  const route = createRouter(['h/a/b', 'h/'].map(read))
  const path = '/x'.repeat(1000)
  let lookups = 0
  const { get } = Map.prototype
  Map.prototype.get = function counted(this: Map<unknown, unknown>, key) {
    lookups++
    return get.call(this, key)
  }
  try {
    expect(route('h', path)).toMatchObject({ route: { model: { id: 'h/' } } })
  } finally {
    Map.prototype.get = get
  }
  expect(lookups).toBeLessThanOrEqual(6)
  expect(find(['h/x/x'], 'h', path)).toBe('h/x/x')
})

const host = fc.constantFrom('a.x', 'b.x', 'x', 'c.a.x', '*.x', '*.a.x', '*')
const path = fc
  .array(fc.constantFrom('a', 'b', 'ab'), { maxLength: 3 })
  .chain((segments) =>
    fc.boolean().map((slash) => `/${segments.join('/')}${slash ? '/' : ''}`.replace('//', '/')),
  )
const route = fc.tuple(host, fc.constantFrom('', '='), path).map((parts) => parts.join(''))

/** Looks at every route, and takes the best by the words of rules/routes/site.yaml. */
function findSlowly(routes: readonly string[], name: string, wanted: string): string {
  const models = routes.map(read)
  const fits = (pattern = ''): boolean =>
    pattern === '*' || pattern === name || (pattern.startsWith('*.') && name.endsWith(pattern.slice(1)))
  const weight = (pattern = ''): number => (pattern.startsWith('*') ? pattern.length : 1000)
  const hosts = models.map(({ hosts: [own] }) => own).filter(fits)
  const best = hosts.sort((a, b) => weight(b) - weight(a))[0]
  if (best === undefined) return 'unknown-host'
  const segments = (text: string): string[] => text.split('/').filter((part) => part !== '')
  const under = segments(wanted)
  const found = models
    .filter(({ hosts: [own] }) => own === best)
    .filter(({ path: { kind, value } }) =>
      kind === 'exact' ? value === wanted : segments(value).every((part, i) => under[i] === part),
    )
    .map((model) => ({
      id: model.id,
      depth: model.path.kind === 'exact' ? 99 : segments(model.path.value).length,
    }))
  return found.sort((a, b) => b.depth - a.depth)[0]?.id ?? 'unknown-path'
}

test('the route is the one that a look at every route would choose', () => {
  const requested = fc.constantFrom('a.x', 'b.x', 'x', 'c.a.x', 'd.c.a.x', 'other', 'ax')
  fc.assert(
    fc.property(fc.array(route, { maxLength: 8 }), requested, path, (routes, name, wanted) => {
      expect(find(routes, name, wanted)).toBe(findSlowly(routes, name, wanted))
    }),
    { numRuns: 5000 },
  )
})
