/** Content cut in pieces as a network might, and what a scanner says of it. */
import fc from 'fast-check'
import type { BodyFault } from '../../../src/http/body-guard/body-rules.ts'
import type { Scanner } from '../../../src/http/body-guard/scanner.ts'

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Lengths of pieces: single bytes, few, many. They begin again when they are used up. */
export const cuts: fc.Arbitrary<readonly number[]> = fc.array(
  fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 5000 })),
  { minLength: 1, maxLength: 8 },
)

export function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    // Not all of them may be empty.
    const length = Math.max(lengths[i % lengths.length] ?? 1, i % lengths.length === 0 ? 1 : 0)
    // A copy, as it is overwritten once it was read.
    pieces.push(new Uint8Array(bytes.subarray(at, at + length)))
    at += length
  }
  return pieces
}

export function judge(scanner: Scanner, pieces: readonly Uint8Array[]): BodyFault | undefined {
  for (const piece of pieces) {
    const fault = scanner.scan(piece)
    if (fault !== undefined) return fault
    // Nobody may hold on to a piece.
    piece.fill(0xaa)
  }
  return scanner.end()
}
