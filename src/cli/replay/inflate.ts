/**
 * Unpacks gzip (RFC 1952), concatenated members included, and gives out everything that could be read
 * before a truncation or damage is reported. `pipeline()` and async iteration over a Gunzip stream throw
 * away what they had unpacked when the end is missing; the last lines of a log are the ones wanted most.
 * @module
 */
import { once } from 'node:events'
import { createGunzip, type Gunzip } from 'node:zlib'

/** Input handed to zlib at a time; with deflate's 1032:1 this bounds what one step can unpack to 17 MB. */
const STEP_BYTES = 16 * 1024

const MAGIC = [0x1f, 0x8b] as const

export function isGzip(start: Buffer): boolean {
  return start[0] === MAGIC[0] && start[1] === MAGIC[1]
}

/** Yields unpacked bytes. Throws zlib's error after the last of them when the data is cut off or damaged. */
export async function* inflate(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  const gunzip = createGunzip()
  let failure: Error | undefined
  gunzip.on('error', (error) => {
    failure = error
  })
  try {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += STEP_BYTES) {
        yield* step(gunzip, chunk.subarray(at, at + STEP_BYTES))
        if (failure) throw failure
      }
    }
    // zlib checks for the missing end only here, after everything has been given out.
    yield* step(gunzip, undefined)
    if (failure) throw failure
  } finally {
    gunzip.destroy()
  }
}

/** Hands `input` to zlib (`undefined`: the end) and yields what comes out until zlib wants more. */
async function* step(gunzip: Gunzip, input: Buffer | undefined): AsyncGenerator<Buffer, void, void> {
  let settled = false
  const signal = new AbortController()
  const settle = (): void => {
    settled = true
    signal.abort()
  }
  gunzip.once('error', settle)
  if (input) gunzip.write(input, settle)
  else gunzip.once('end', settle).end()
  try {
    for (;;) {
      const out: Buffer | null = gunzip.read()
      if (out) yield out
      else if (settled) return
      else await once(gunzip, 'readable', { signal: signal.signal }).catch(ignore)
    }
  } finally {
    gunzip.off('error', settle).off('end', settle)
  }
}

/** A wait that ends by `settle` or by an error is no failure of the wait: both are looked at afterwards. */
function ignore(): void {}
