import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClfTime, readLogpushTime } from '../../../src/cli/replay/log-time.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (value: number): string => String(value).padStart(2, '0')

describe('readClfTime', () => {
  it('reads back any time in any zone', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 })
    fc.assert(
      fc.property(seconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (time, zone) => {
        const local = new Date((time + zone * 60) * 1000)
        const date = `${two(local.getUTCDate())}/${MONTHS[local.getUTCMonth()]}/${local.getUTCFullYear()}`
        const clock = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}:${two(local.getUTCSeconds())}`
        const offset = `${zone < 0 ? '-' : '+'}${two(Math.floor(Math.abs(zone) / 60))}${two(Math.abs(zone) % 60)}`
        expect(readClfTime(`..${date}:${clock} ${offset}`, 2)).toBe(time * 1000)
      }),
    )
  })

  it.each([
    '',
    '10/anF/2000:13:55:36 -0700',
    '10/Oct/2000 13:55:36 -0700',
    '10/Oct/2000:24:00:00 -0700',
    '1x/Oct/2000:13:55:36 -0700',
    '10/Oct/2000:13:55:36 00700',
  ])('refuses %j', (text) => {
    expect(readClfTime(text, 0)).toBeNaN()
  })
})

describe('readLogpushTime', () => {
  const time = Date.UTC(2026, 5, 9, 2, 0, 1)
  it.each([
    ['2026-06-09T02:00:01Z', time],
    ['2026-06-09T02:00:01.5Z', time + 500],
    ['2026-06-09T04:00:01+02:00', time],
    [time / 1000, time],
    [time, time],
    [time * 1e6, time],
    [String(time / 1000), time],
  ])('reads %j', (value, expected) => {
    expect(readLogpushTime(value)).toBe(expected)
  })

  it.each([undefined, null, '', ' ', 'yesterday', -1, 0, Number.NaN, 1e30, {}, [], '2026-13-45T00:00:00Z'])(
    'refuses %j',
    (value) => {
      expect(readLogpushTime(value)).toBeNaN()
    },
  )
})
