import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CountingScope } from '../../../src/bundle/model.ts'
import { nameShard } from '../../../src/ingress/limits/shard-name.ts'
import { createShardNamer } from '../../../src/ingress/limits/shard-namer.ts'

test('names are those that nameShard gives, whatever was asked for before', () => {
  const scope = fc.constantFrom<CountingScope>('colo', 'region', 'global')
  const colo = fc.constantFrom('FRA', 'SIN', 'not one', undefined)
  const asked = fc.array(fc.tuple(colo, fc.integer({ min: 0, max: 2 ** 32 - 1 })), { maxLength: 20 })
  fc.assert(
    fc.property(scope, fc.integer({ min: 1, max: 8 }), asked, (scope, shards, questions) => {
      const name = createShardNamer(scope, shards)
      for (const [colo, hi] of questions) expect(name(colo, hi)).toBe(nameShard({ scope, colo, hi, shards }))
    }),
  )
})
