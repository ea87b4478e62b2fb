/** An implementation of RFC 9421 behind one interface, for the exam and for the tables that compare several. */
import type { SignatureAlgorithm } from '../../../src/signature/general/algorithm.ts'
import type { Message } from '../../../src/signature/general/message.ts'
import type { Jwk } from '../../../src/signature/general/webcrypto-key.ts'

export interface TestKey {
  readonly alg: SignatureAlgorithm
  readonly jwk: Jwk
}

export interface Claim {
  readonly label: string
  readonly keyid: string
  /** Identifiers as the signature base has them. */
  readonly components: readonly string[]
  readonly created: number
  readonly ttl: number
  readonly nonce: string
  readonly tag: string
}

export interface SignedLines {
  readonly signatureInput: string
  readonly signature: string
}

export interface Contender {
  readonly name: string
  /** Rejects when it cannot. */
  readonly sign: (message: Message, claim: Claim, key: TestKey) => Promise<SignedLines>
  /** The message carries its signatures. False or a rejection for a refusal. */
  readonly verify: (
    message: Message,
    label: string,
    keyid: string,
    key: TestKey,
    now: number,
  ) => Promise<boolean>
  /** The base of the labelled signature as it is about to be checked. */
  readonly base: (
    message: Message,
    label: string,
    keyid: string,
    key: TestKey,
    now: number,
  ) => Promise<string>
}
