import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  exclusiveRanges,
  foldAsciiCase,
  includesNumber,
  intersectRanges,
  negateRanges,
  normalizeRanges,
  type Ranges,
  subtractRanges,
  uniteRanges,
} from '../../../src/lang/regex/ranges.ts'

const LIMIT = 255
const anyRanges = fc
  .array(fc.tuple(fc.nat(LIMIT), fc.nat(LIMIT)), { maxLength: 6 })
  .map((pairs) => normalizeRanges(pairs.flatMap(([a, b]) => [Math.min(a, b), Math.max(a, b)])))

function members(ranges: Ranges): boolean[] {
  return Array.from({ length: LIMIT + 1 }, (_, value) => includesNumber(ranges, value))
}

test('set operations agree with those of logic, and leave ranges sorted and apart', () => {
  fc.assert(
    fc.property(anyRanges, anyRanges, (a, b) => {
      const right = members(b)
      const join = (holds: (left: boolean, right: boolean) => boolean): boolean[] =>
        members(a).map((left, value) => holds(left, right[value] === true))
      const cases: [Ranges, boolean[]][] = [
        [uniteRanges(a, b), join((left, other) => left || other)],
        [intersectRanges(a, b), join((left, other) => left && other)],
        [subtractRanges(a, b), join((left, other) => left && !other)],
        [exclusiveRanges(a, b), join((left, other) => left !== other)],
        [negateRanges(a, LIMIT), join((left) => !left)],
      ]
      for (const [ranges, expected] of cases) {
        expect(members(ranges)).toEqual(expected)
        for (let i = 2; i < ranges.length; i += 2) expect(ranges[i]).toBeGreaterThan((ranges[i - 1] ?? 0) + 1)
      }
    }),
  )
})

test('case folding adds the other case of ASCII letters and of nothing else', () => {
  expect(foldAsciiCase([0x61, 0x63])).toEqual([0x41, 0x43, 0x61, 0x63])
  expect(foldAsciiCase([0x40, 0x40, 0x5b, 0x60, 0xe9, 0xe9])).toEqual([0x40, 0x40, 0x5b, 0x60, 0xe9, 0xe9])
})
