import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BundleError } from '../../src/bundle/bundle-error.ts'
import { encodeContainer, openContainer } from '../../src/bundle/container.ts'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

function codeOf(buffer: ArrayBuffer): string {
  try {
    openContainer(buffer)
  } catch (error) {
    if (error instanceof BundleError) return error.code
    throw error
  }
  return 'opened'
}

describe('container', () => {
  test('gives back every part, aligned to 4 bytes', () => {
    const part = fc.record({
      name: fc.string({ minLength: 1, maxLength: 20 }).filter((s) => s.isWellFormed()),
      bytes: fc.uint8Array({ maxLength: 40 }),
    })
    fc.assert(
      fc.property(fc.uniqueArray(part, { selector: ({ name }) => name, maxLength: 8 }), (parts) => {
        const packed = encodeContainer(parts)
        expect(packed.byteLength).toBe(packed.buffer.byteLength)
        const opened = openContainer(packed.buffer)
        expect([...opened.keys()]).toEqual(parts.map(({ name }) => name))
        for (const { name, bytes } of parts) {
          const found = opened.get(name)
          if (!found) throw new Error(name)
          expect(found.offset % 4).toBe(0)
          expect(new Uint8Array(packed.buffer, found.offset, found.length)).toEqual(bytes)
        }
      }),
    )
  })

  test('does not pack names that are empty, too long or used twice', () => {
    const part = (name: string) => ({ name, bytes: bytes(1) })
    expect(() => encodeContainer([part('')])).toThrow(RangeError)
    expect(() => encodeContainer([part('x'.repeat(257))])).toThrow(RangeError)
    expect(() => encodeContainer([part('a'), part('a')])).toThrow(RangeError)
  })

  test('names what is wrong with corrupt bytes', () => {
    const good = encodeContainer([
      { name: 'a', bytes: bytes(1, 2, 3) },
      { name: 'b', bytes: bytes(4) },
    ]).buffer
    const patched = (offset: number, value: number): ArrayBuffer => {
      const copy = good.slice(0)
      new DataView(copy).setUint32(offset, value, true)
      return copy
    }
    expect(codeOf(good)).toBe('opened')
    expect(codeOf(new ArrayBuffer(0))).toBe('not-a-container')
    expect(codeOf(patched(0, 0))).toBe('not-a-container')
    expect(codeOf(patched(4, 2))).toBe('unknown-container-version')
    expect(codeOf(good.slice(0, good.byteLength - 4))).toBe('bad-directory')
    expect(codeOf(patched(12, 5000))).toBe('bad-directory')
    expect(codeOf(patched(12, 0xffffffff))).toBe('bad-directory')
    expect(codeOf(patched(16, 0xffffffff))).toBe('bad-directory')
    expect(codeOf(patched(20, 0))).toBe('bad-directory')
    expect(codeOf(patched(24, 0xfffffffc))).toBe('bad-directory')
    expect(codeOf(patched(24, 49))).toBe('bad-directory')
    expect(codeOf(patched(28, 0xffffffff))).toBe('bad-directory')
    // The second name made to lie where the first does.
    expect(codeOf(patched(32, 48))).toBe('bad-directory')
  })
})
