/**
 * `Content-Digest` (RFC 9530 section 2) with any of its algorithms that are still safe:
 * `sallyport/signature/digest`. A signature that covers the field covers the body only when somebody compares.
 * @module
 */
import { toBase64 } from '../base64.ts'
import { parseDictionary } from './parse-structured.ts'

export type DigestAlgorithm = 'sha-256' | 'sha-512'

/** Digests by algorithm. */
export type ContentDigest = ReadonlyMap<DigestAlgorithm, Uint8Array<ArrayBuffer>>

const ALGORITHMS: Readonly<Record<DigestAlgorithm, { readonly hash: string; readonly bytes: number }>> = {
  'sha-256': { hash: 'SHA-256', bytes: 32 },
  'sha-512': { hash: 'SHA-512', bytes: 64 },
}

const LIMITS = { maxLength: 2048, maxValues: 16 }

function isKnown(name: string): name is DigestAlgorithm {
  return Object.hasOwn(ALGORITHMS, name)
}

/** A copy: the caller's buffer may change while it is hashed. */
function copy(body: Uint8Array | ArrayBuffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(body instanceof ArrayBuffer ? body.slice(0) : body)
}

async function digest(alg: DigestAlgorithm, body: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest(ALGORITHMS[alg].hash, body))
}

/** The field's value for a whole body. */
export async function createContentDigest(
  body: Uint8Array | ArrayBuffer,
  algorithms: readonly DigestAlgorithm[] = ['sha-256'],
): Promise<string> {
  const bytes = copy(body)
  const parts: string[] = []
  for (const alg of algorithms) parts.push(`${alg}=:${toBase64(await digest(alg, bytes))}:`)
  return parts.join(', ')
}

/**
 * Reads the field. Algorithms that are not known, or not safe, are passed over (RFC 9530 section 5);
 * `undefined` for anything that is no dictionary, names one twice, or holds a digest of the wrong length.
 */
export function parseContentDigest(value: string): ContentDigest | undefined {
  const parsed = parseDictionary(value, LIMITS)
  if (!parsed || parsed.repeated) return undefined
  const digests = new Map<DigestAlgorithm, Uint8Array<ArrayBuffer>>()
  for (const [name, member] of parsed.members) {
    if (!isKnown(name)) continue
    if (member.kind !== 'item' || member.value.type !== 'bytes') return undefined
    if (member.value.value.length !== ALGORITHMS[name].bytes) return undefined
    digests.set(name, member.value.value)
  }
  return digests
}

function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  // Looks at every byte, whatever the first difference.
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}

/**
 * Compares a body with the field. `form`: the field cannot be read; `algorithm`: it has no digest that can be
 * checked; `mismatch`: one of those that it has is of another body.
 */
export async function verifyContentDigest(
  value: string,
  body: Uint8Array | ArrayBuffer,
): Promise<
  { readonly ok: true } | { readonly ok: false; readonly failure: 'form' | 'algorithm' | 'mismatch' }
> {
  const digests = parseContentDigest(value)
  if (!digests) return { ok: false, failure: 'form' }
  if (digests.size === 0) return { ok: false, failure: 'algorithm' }
  const bytes = copy(body)
  for (const [alg, expected] of digests) {
    if (!isEqual(await digest(alg, bytes), expected)) return { ok: false, failure: 'mismatch' }
  }
  return { ok: true }
}
