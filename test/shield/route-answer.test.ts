import { describe, expect, it, test } from 'vitest'
import type { RouteAction, RouteModel } from '../../src/bundle/model.ts'
import { answerRoute, belowPrefix, decideRoute } from '../../src/shield/route-answer.ts'
import { createFacts } from '../http/facts.ts'
import { createRoute, REQUEST_ID } from './fixtures.ts'

type Redirect = Extract<RouteAction, { kind: 'redirect' }>

function createRedirect(change: Partial<Redirect>, path: RouteModel['path']): RouteModel {
  return createRoute({
    path,
    action: {
      kind: 'redirect',
      status: 308,
      location: '/new',
      preserve_path: false,
      preserve_query: false,
      ...change,
    },
  })
}

const FORWARD = createRoute({ action: { kind: 'forward', origin: 'http://o.example', timeout_ms: 0 } })
const OLD = { kind: 'prefix', value: '/old' } as const
const BOTH = { preserve_path: true, preserve_query: true }

describe('a redirect', () => {
  it.each<[target: string, location: string, change: Partial<Redirect>, path: RouteModel['path']]>([
    ['/old/a?b', '/new', {}, OLD],
    ['/old/a?b', '/new/a', { preserve_path: true }, OLD],
    ['/old/a?b', '/new?b', { preserve_query: true }, OLD],
    ['/old/a?b', '/new/a?b', BOTH, OLD],
    ['/old?b', '/new?b', BOTH, OLD],
    ['/old/', '/new/', BOTH, OLD],
    ['/old', '/new/', { ...BOTH, location: '/new/' }, OLD],
    ['/old/a', '/new/a', { ...BOTH, location: '/new/' }, OLD],
    ['/old/a', '/a', { ...BOTH, location: '/' }, OLD],
    ['/old//a', '/a', { ...BOTH, location: '/' }, OLD],
    [
      '/a/b?c',
      'https://n.example/a/b?c',
      { ...BOTH, location: 'https://n.example' },
      { kind: 'prefix', value: '/' },
    ],
    [
      '/a/b?c',
      'https://n.example/a/b?c',
      { ...BOTH, location: 'https://n.example/' },
      { kind: 'prefix', value: '/' },
    ],
    ['/', 'https://n.example/', { ...BOTH, location: 'https://n.example' }, { kind: 'prefix', value: '/' }],
    ['/old?b', '/new?b', BOTH, { kind: 'exact', value: '/old' }],
    ['/old/?b', '/new?b', BOTH, { kind: 'exact', value: '/old/' }],
    ['/old/a', '/new/a', BOTH, { kind: 'prefix', value: '/old/' }],
    ['/old?b=1&c', '/new?a=0&b=1&c', { preserve_query: true, location: '/new?a=0' }, OLD],
    ['/old', '/new?a=0', { preserve_query: true, location: '/new?a=0' }, OLD],
  ])('of %s leads to %s with %j', (target, location, change, path) => {
    const answer = answerRoute(createRedirect(change, path), createFacts({ target }), REQUEST_ID)
    expect(answer).toEqual({
      status: 308,
      headers: { 'sallyport-request-id': REQUEST_ID, location },
      body: '',
    })
  })

  it('cannot be made to lead to another host by the path it keeps', () => {
    const route = createRedirect({ ...BOTH, location: '/' }, { kind: 'prefix', value: '/' })
    for (const target of ['//evil.example', '/\\evil.example', '/%2F/evil.example', '/\t/evil.example']) {
      const location = answerRoute(route, createFacts({ target }), REQUEST_ID)?.headers.location ?? ''
      expect(new URL(location, 'https://app.example').host).toBe('app.example')
    }
  })

  it('decides with its own status', () => {
    expect(decideRoute(createRedirect({ status: 302 }, OLD))).toMatchObject({
      action: 'redirect',
      stage: 'route',
      rule: 'route.site',
      mode: 'enforce',
      status: 302,
    })
  })
})

test('a fixed response is given as the policy has it', () => {
  const route = createRoute({
    action: { kind: 'respond', status: 410, content_type: 'text/html; charset=utf-8', body: '<p>Gone' },
  })
  expect(decideRoute(route)).toMatchObject({ action: 'respond', rule: 'route.site', status: 410 })
  expect(answerRoute(route, createFacts(), REQUEST_ID)).toEqual({
    status: 410,
    headers: { 'sallyport-request-id': REQUEST_ID, 'content-type': 'text/html; charset=utf-8' },
    body: '<p>Gone',
  })
})

test('a route that forwards answers nothing by itself', () => {
  expect(decideRoute(FORWARD)).toBeUndefined()
  expect(answerRoute(FORWARD, createFacts(), REQUEST_ID)).toBeUndefined()
})

test('what follows a prefix starts with its slash', () => {
  const below = (value: string, path: string) =>
    belowPrefix(path, createRoute({ path: { kind: 'prefix', value } }))
  expect([below('/a', '/a'), below('/a', '/a/b'), below('/a/', '/a/b'), below('/', '/a')]).toEqual([
    '',
    '/b',
    '/b',
    '/a',
  ])
})
