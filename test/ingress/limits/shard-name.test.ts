import { describe, expect, it } from 'vitest'
import { hintOf, nameShard } from '../../../src/ingress/limits/shard-name.ts'

describe('nameShard', () => {
  const place = { colo: 'FRA', hi: 23, shards: 16 }

  it('names one shard for a data centre, and as many as there shall be for a region and the world', () => {
    expect(nameShard({ ...place, scope: 'colo' })).toBe('limits:v2:colo:FRA')
    expect(nameShard({ ...place, scope: 'region' })).toBe('limits:v2:region:weur:7')
    expect(nameShard({ ...place, scope: 'global' })).toBe('limits:v2:global:7')
    expect(nameShard({ ...place, hi: 2 ** 32 - 1, scope: 'global' })).toBe('limits:v2:global:15')
  })

  it('makes no new names of what is no data centre', () => {
    for (const colo of [undefined, '', 'fra', 'FRAX', 'F\nA', 'a:b']) {
      expect(nameShard({ ...place, colo, scope: 'colo' })).toBe('limits:v2:colo:local')
      expect(nameShard({ ...place, colo, scope: 'region' })).toBe('limits:v2:region:other:7')
    }
    expect(nameShard({ ...place, colo: 'QQQ', scope: 'region' })).toBe('limits:v2:region:other:7')
  })

  it('spreads hashes over all shards', () => {
    const names = Array.from({ length: 64 }, (_, hi) => nameShard({ ...place, hi, scope: 'global' }))
    expect(new Set(names).size).toBe(16)
  })
})

describe('hintOf', () => {
  it.each([
    ['limits:v2:colo:FRA', 'weur'],
    ['limits:v2:colo:SYD', 'oc'],
    ['limits:v2:region:sam:3', 'sam'],
    ['limits:v2:region:other:3', undefined],
    ['limits:v2:region:toString:3', undefined],
    ['limits:v2:colo:local', undefined],
    ['limits:v2:colo:QQQ', undefined],
    ['limits:v2:global:7', undefined],
    ['other', undefined],
    ['', undefined],
  ])('of %s is %s', (name, hint) => {
    expect(hintOf(name)).toBe(hint)
  })
})
