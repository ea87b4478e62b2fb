import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readOriginLoad } from '../../../src/shield/protection/origin-load.ts'

describe('the load an origin tells', () => {
  test('is two whole numbers', () => {
    expect(readOriginLoad('37/100')).toEqual({ inflight: 37, limit: 100 })
    expect(readOriginLoad('0/1')).toEqual({ inflight: 0, limit: 1 })
  })

  test.each([
    null,
    '',
    '1',
    '1/0',
    '1/00',
    '-1/5',
    '1/5 ',
    '1.5/5',
    '1/5/9',
    '99999999/5',
    '1/5, 2/5',
    '١/٥',
  ])('is nothing in %j', (value) => {
    expect(readOriginLoad(value)).toBeUndefined()
  })

  test('is never anything but finite numbers with room for one', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9/]{0,18}$/)), (value) => {
        const load = readOriginLoad(value)
        if (load === undefined) return
        expect(load.limit).toBeGreaterThanOrEqual(1)
        expect(`${load.inflight}/${load.limit}`).toBe(value.replace(/^0+(?=\d)/, ''))
      }),
    )
  })
})
