import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLineSplitter } from '../../../src/cli/replay/split-lines.ts'

function split(chunks: readonly Buffer[], maxBytes?: number): (string | undefined)[] {
  const splitter = createLineSplitter(maxBytes)
  const lines = chunks.flatMap((chunk) => splitter.push(chunk).map((line) => line.bytes?.toString('latin1')))
  return [...lines, ...splitter.end().map((line) => line.bytes?.toString('latin1'))]
}

describe('createLineSplitter', () => {
  it('gives the same lines however the bytes are cut into chunks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n'), maxLength: 60 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 8 }), (whole, cuts) => {
        const bounds = [
          0,
          ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b),
          whole.length,
        ]
        const chunks = bounds.slice(1).map((end, i) => Buffer.from(whole.slice(bounds[i], end)))
        const expected = whole.split(/\r?\n/)
        if (expected.at(-1) === '') expected.pop()
        expect(split(chunks)).toEqual(expected)
      }),
    )
  })

  it('numbers lines from 1 and drops a byte order mark', () => {
    const splitter = createLineSplitter()
    const lines = splitter.push(Buffer.from('\u{feff}a\n\nb\n'))
    expect(lines.map(({ number, bytes }) => [number, bytes?.toString()])).toEqual([
      [1, 'a'],
      [2, ''],
      [3, 'b'],
    ])
    expect(splitter.end()).toEqual([])
  })

  it('passes over a line longer than the bound and goes on after it', () => {
    const chunks = ['x'.repeat(9), 'x'.repeat(9), 'x\nshort\n', `${'y'.repeat(10)}\r\n${'z'.repeat(11)}`]
    expect(
      split(
        chunks.map((chunk) => Buffer.from(chunk)),
        10,
      ),
    ).toEqual([undefined, 'short', 'y'.repeat(10), undefined])
  })

  it('keeps no more than the bound of a line that never ends', () => {
    const splitter = createLineSplitter(100)
    let most = 0
    for (let i = 0; i < 1000; i++) {
      splitter.push(Buffer.alloc(30, 0x61))
      most = Math.max(most, splitter.pending)
    }
    expect(most).toBeGreaterThan(0)
    expect(most).toBeLessThanOrEqual(101)
    expect(splitter.end().map(({ bytes }) => bytes)).toEqual([undefined])
  })
})
