/**
 * Signing one message (RFC 9421 section 3.1).
 * @module
 */
import { toBase64 } from '../base64.ts'
import { isSignatureLength, type SignatureAlgorithm } from './algorithm.ts'
import type { Component } from './component.ts'
import type { ComponentFailure } from './failure.ts'
import { combineField, indexFields } from './field-value.ts'
import type { Message } from './message.ts'
import { createMessageReader } from './message-reader.ts'
import { parseDictionary } from './parse-structured.ts'
import { buildBase, encodeBase } from './signature-base.ts'
import { formatParameters, requirePrintable } from './signature-parameters.ts'
import type { FieldType } from './structured-value.ts'

/** A key and the one algorithm it is for. */
export interface SigningKey {
  readonly alg: SignatureAlgorithm
  /** Names the key to the verifier. */
  readonly keyid?: string
  readonly sign: (
    base: Uint8Array<ArrayBuffer>,
  ) => Uint8Array | ArrayBuffer | Promise<Uint8Array | ArrayBuffer>
}

/** Options that have been checked. */
export interface SigningPlan {
  readonly key: SigningKey
  readonly label: string
  readonly components: readonly Component[]
  readonly ttl: number | undefined
  readonly tag: string | undefined
  /** To be written. */
  readonly alg: SignatureAlgorithm | undefined
  readonly types: ReadonlyMap<string, FieldType>
}

/** What differs from one signature to the next. */
export interface Freshness {
  /** Seconds since 1970. */
  readonly created: number
  /** Never used twice: 1 to 256 printable ASCII characters, random. */
  readonly nonce?: string
}

export type SignResult =
  | {
      readonly ok: true
      /** Add it to the message's fields as a line of its own, beside those of other signatures. */
      readonly signatureInput: string
      /** Likewise. */
      readonly signature: string
    }
  | {
      readonly ok: false
      /** `label-taken`: the message has a signature of that label, or its signature fields cannot be read. */
      readonly failure: ComponentFailure | 'label-taken'
      /** The component it is about, as the signature base has it. */
      readonly component?: string
    }

/**
 * Rejects with a TypeError for a freshness that cannot be written and for a signature that cannot be right, and as
 * the key does.
 */
export async function signMessage(
  plan: SigningPlan,
  message: Message,
  { created, nonce }: Freshness,
): Promise<SignResult> {
  if (!(Number.isInteger(created) && created >= 0)) {
    throw new TypeError('created must be whole seconds since 1970')
  }
  requirePrintable('nonce', nonce)
  const { key, label, components, ttl, tag, alg } = plan
  if (isTaken(message, label)) return { ok: false, failure: 'label-taken' }
  const expires = ttl === undefined ? undefined : created + ttl
  const identifiers = components.map(({ identifier }) => identifier).join(' ')
  const parameters = `(${identifiers})${formatParameters({ created, expires, nonce, alg, keyid: key.keyid, tag })}`
  const built = buildBase(components, parameters, createMessageReader(message, plan.types))
  if (!built.ok) return built
  const signature = new Uint8Array(await key.sign(encodeBase(built.base)))
  if (!isSignatureLength(key.alg, signature.length)) {
    throw new TypeError(
      `the key gave ${signature.length} bytes, which no signature of ${key.alg} has; those of ECDSA are r and s, not DER`,
    )
  }
  return {
    ok: true,
    signatureInput: `${label}=${parameters}`,
    signature: `${label}=:${toBase64(signature)}:`,
  }
}

const LIMITS = { maxLength: 16_384, maxValues: 1024 }

function isTaken({ fields }: Message, label: string): boolean {
  const index = indexFields(fields)
  return ['signature-input', 'signature'].some((name) => {
    const lines = index.get(name)
    if (!lines) return false
    const parsed = parseDictionary(combineField(name, lines) ?? '!', LIMITS)
    return !parsed || parsed.members.has(label)
  })
}
