/**
 * HMAC-SHA256 (RFC 2104) of short texts at half the price: two one-shot hashes over memory that is kept, in
 * place of the objects that `createHmac` makes for each call.
 * @module
 */
import crypto, { type KeyObject } from 'node:crypto'

/** SHA-256's block and digest, in bytes. */
const BLOCK = 64
const DIGEST = 32

/** Bytes of text that the kept memory takes; longer ones go the usual way. */
const ROOM = 8192

/** Tells whether `expected` of 32 bytes is the code of `text`, in the same time for every wrong one. */
export type HmacCheck = (text: string, expected: Uint8Array) => boolean

/** The key filled up to a block, each byte changed by `mask` (RFC 2104 section 2). */
function pad(key: Uint8Array, mask: number, room: number): Buffer {
  const padded = Buffer.alloc(room, mask, 'latin1')
  for (let i = 0; i < BLOCK; i++) padded[i] = (key[i] ?? 0) ^ mask
  return padded
}

function checkSlowly(secret: KeyObject): HmacCheck {
  return (text, expected) => {
    const code = crypto.createHmac('sha256', secret).update(text, 'latin1').digest()
    return code.length === expected.length && crypto.timingSafeEqual(code, expected)
  }
}

/** The one code, as text of bytes: a digest that comes as a Buffer costs three times as much. */
function createFast(secret: KeyObject): { readonly inner: Buffer; readonly digest: (end: number) => string } {
  const key = secret.export()
  const inner = pad(key, 0x36, BLOCK + ROOM)
  const outer = pad(key, 0x5c, BLOCK + DIGEST)
  return {
    inner,
    // "binary" is Latin-1: a character for each byte.
    digest(end) {
      outer.write(crypto.hash('sha256', inner.subarray(0, end), 'binary'), BLOCK, 'latin1')
      return crypto.hash('sha256', outer, 'binary')
    },
  }
}

function checkFast(secret: KeyObject, slowly: HmacCheck): HmacCheck {
  const { inner, digest } = createFast(secret)
  const code = Buffer.alloc(DIGEST)
  return (text, expected) => {
    if (text.length > ROOM) return slowly(text, expected)
    if (expected.length !== DIGEST) return false
    code.write(digest(BLOCK + inner.write(text, BLOCK, 'latin1')), 'latin1')
    return crypto.timingSafeEqual(code, expected)
  }
}

/** True when the runtime has `crypto.hash` (Node 20.12) and it does what is expected of it. */
function agrees(fast: HmacCheck, secret: KeyObject): boolean {
  const probe = 'sallyport'
  try {
    return fast(probe, crypto.createHmac('sha256', secret).update(probe).digest())
  } catch {
    return false
  }
}

/** A check that is fast, where key and runtime allow it. */
function openFast(secret: KeyObject, slowly: HmacCheck): HmacCheck | undefined {
  if ((secret.symmetricKeySize ?? BLOCK + 1) > BLOCK) return undefined
  const fast = checkFast(secret, slowly)
  return agrees(fast, secret) ? fast : undefined
}

/** `secret` of at most 64 bytes, which is what a key set allows. Characters of `text` are bytes. */
export function createHmacCheck(secret: KeyObject): HmacCheck {
  const slowly = checkSlowly(secret)
  return openFast(secret, slowly) ?? slowly
}

/** Makes the code itself: what a signer in Node takes as its `mac`. */
export function createHmacMac(secret: KeyObject): (base: Uint8Array) => ArrayBuffer {
  const slowly = (base: Uint8Array): ArrayBuffer =>
    new Uint8Array(crypto.createHmac('sha256', secret).update(base).digest()).buffer
  if (!openFast(secret, checkSlowly(secret))) return slowly
  const { inner, digest } = createFast(secret)
  return (base) => {
    if (base.length > ROOM) return slowly(base)
    inner.set(base, BLOCK)
    const code = new ArrayBuffer(DIGEST)
    Buffer.from(code).write(digest(BLOCK + base.length), 'latin1')
    return code
  }
}
