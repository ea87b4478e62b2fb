import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, formatSize, readDuration, readSize } from '../../src/policy/quantities.ts'

describe('durations', () => {
  test.each([
    ['250ms', 250],
    ['30s', 30_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1d', 86_400_000],
    [10, 10_000],
    [0.5, 500],
    ['0s', 0],
  ])('reads %j as %d ms', (input, value) => {
    expect(readDuration(input)).toEqual({ ok: true, value })
  })

  test.each([
    '',
    '10',
    's',
    '-1s',
    '1.5s',
    '1 s',
    '1S',
    '1m30s',
    '1e3s',
    '9999999999999s',
    'constructor',
    -1,
    Number.NaN,
    1e300,
  ])('refuses %j', (input) => {
    expect(readDuration(input)).toMatchObject({ ok: false, fix: expect.stringContaining('30s') })
  })

  test('are written back as they are read', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(readDuration(formatDuration(value))).toEqual({ ok: true, value })
      }),
    )
  })
})

describe('sizes', () => {
  test.each([
    ['512B', 512],
    ['64KiB', 65_536],
    ['10MiB', 10_485_760],
    ['1GiB', 1_073_741_824],
    [0, 0],
  ])('reads %j as %d bytes', (input, value) => {
    expect(readSize(input)).toEqual({ ok: true, value })
  })

  test.each(['10MB', '10M', '10kib', '10', '1.5MiB', '-1B', '', 0.5, -1])('refuses %j', (input) => {
    expect(readSize(input)).toMatchObject({ ok: false, fix: expect.stringContaining('MiB') })
  })

  test('are written back as they are read', () => {
    fc.assert(
      fc.property(fc.nat(), (value) => {
        expect(readSize(formatSize(value))).toEqual({ ok: true, value })
      }),
    )
  })
})
