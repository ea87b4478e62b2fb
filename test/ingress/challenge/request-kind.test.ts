import { describe, expect, it, test } from 'vitest'
import type { PathPattern } from '../../../src/http/scope.ts'
import { isPreflight, isUnchallengeable, requestKind } from '../../../src/ingress/challenge/request-kind.ts'
import { createFacts } from '../../http/facts.ts'
import { REQUEST_KINDS } from './request-kinds.ts'

describe('a request is answered as its client can take it', () => {
  it.each(REQUEST_KINDS)('$name', ({ change, kind }) => {
    expect(requestKind(createFacts(change))).toBe(kind)
  })

  test('of at least 24 kinds', () => {
    expect(new Set(REQUEST_KINDS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(24)
  })
})

test('no field of a request makes a page of what a browser says is none', () => {
  const noise = [
    ['accept', 'text/html'],
    ['upgrade-insecure-requests', '1'],
  ] as const
  for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket', 'nonsense', '']) {
    const headers = [...noise, ['sec-fetch-mode', mode] as const]
    for (const method of ['GET', 'HEAD', 'POST'])
      expect(requestKind(createFacts({ method, headers }))).toBe('call')
  }
})

describe('never challenged', () => {
  const exempt: readonly PathPattern[] = [
    { kind: 'prefix', value: '/hooks/' },
    { kind: 'exact', value: '/status' },
  ]
  const isLeft = (target: string, headers: readonly (readonly [string, string])[] = [], method = 'GET') =>
    isUnchallengeable(createFacts({ target, headers, method }), exempt)

  it.each(['/robots.txt', '/robots.txt?x', '/favicon.ico', '/.well-known/acme-challenge/x', '/.well-known'])(
    'is %s',
    (target) => expect(isLeft(target)).toBe(true),
  )

  it.each(['/hooks', '/hooks/a', '/status'])('is %s, which the operator exempts', (target) =>
    expect(isLeft(target)).toBe(true),
  )

  it.each([
    '/',
    '/a/robots.txt',
    '/robots.txt/',
    '/favicon.icon',
    '/.well-knowns',
    '/hooksy',
    '/status/a',
    '/x?/robots.txt',
  ])('is not %s', (target) => expect(isLeft(target)).toBe(false))

  it('is a preflight, whatever its path', () => {
    const headers = [
      ['origin', 'https://a.example'],
      ['access-control-request-method', 'PUT'],
    ] as const
    expect(isLeft('/x', headers, 'OPTIONS')).toBe(true)
    expect(isPreflight(createFacts({ method: 'GET', headers }))).toBe(false)
    expect(isPreflight(createFacts({ method: 'OPTIONS', headers: headers.slice(0, 1) }))).toBe(false)
    expect(isPreflight(createFacts({ method: 'OPTIONS' }))).toBe(false)
  })

  it('is a manifest, by field and name: the field alone would be a way past', () => {
    const manifest = [['sec-fetch-dest', 'manifest']] as const
    for (const target of ['/app.webmanifest', '/manifest.json', '/a/site-manifest.v2.json?x'])
      expect(isLeft(target, manifest)).toBe(true)
    for (const target of ['/', '/page', '/manifest', '/x.json', '/manifest.json/page'])
      expect(isLeft(target, manifest)).toBe(false)
    expect(isLeft('/manifest.json')).toBe(false)
    const passedOn = [['sec-fetch-dest', 'empty']] as const
    expect([isLeft('/app.webmanifest', passedOn), isLeft('/manifest.json', passedOn)]).toEqual([true, false])
    expect(isLeft('/manifest.json', manifest, 'POST')).toBe(false)
  })
})
