/**
 * Multipart forms while they stream: parts are counted by their delimiters (RFC 2046 section 5.1.1).
 *
 * Large uploads come this way, so what holds no delimiter is leapt over (Boyer, Moore, Horspool). Servers differ
 * on the line break before a delimiter; wherever it stands, it counts.
 * @module
 */
import type { FormBounds } from './body-bounds.ts'
import type { Scanner } from './scanner.ts'

const NOTHING = new Uint8Array(0)

/**
 * Looks that a byte may cost on average. A boundary and content that are made for one another could take as many as
 * the boundary is long; files take less than one, the worst of them three.
 */
const MOST_LOOKS = 8

/** @param boundary 1 to 70 characters of ASCII. */
export function createMultipartScanner({ max_keys }: FormBounds, boundary: string): Scanner {
  const wanted = new TextEncoder().encode(`--${boundary}`)
  const { length } = wanted
  const last = length - 1
  /** How far the window may move on, by the byte under its last place. */
  const leaps = new Uint8Array(256).fill(length)
  for (let i = 0; i < last; i++) leaps[wanted[i] as number] = last - i
  let delimiters = 0
  let kept = NOTHING
  let looks = 0
  let most = 65_536

  function isAt(bytes: Uint8Array, at: number): boolean {
    let i = last
    while (i >= 0 && bytes[at + i] === wanted[i]) i--
    looks += length - i
    return i < 0
  }

  return {
    scan(bytes) {
      const all = kept.length === 0 ? bytes : join(kept, bytes)
      most += MOST_LOOKS * bytes.length
      let at = 0
      let unseen = 0
      while (at + last < all.length) {
        if (isAt(all, at)) {
          // The last delimiter is no part.
          if (++delimiters > max_keys + 1) return 'form-keys'
          at += length
          unseen = at
        } else at += leaps[all[at + last] as number] as number
      }
      if (looks > most) return 'form-malformed'
      kept = all.slice(Math.max(unseen, all.length - last))
      return
    },
    end: () => undefined,
  }
}

function join(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}
