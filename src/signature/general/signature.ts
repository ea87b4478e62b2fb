/**
 * HTTP Message Signatures (RFC 9421), all of it: `sallyport/signature`. For the signature between Sallyport's two
 * doors use its fixed profile, which is smaller and faster; this is for everybody else's.
 *
 * A verifier is made of a policy, because a signature that is right says nothing by itself: it may be old, of
 * another application, or cover nothing (RFC 9421 sections 7.1.1, 7.2.1).
 * @module
 */
import { type Component, parseComponents } from './component.ts'
import { type FieldTypes, indexTypes } from './field-types.ts'
import type { Message } from './message.ts'
import { type Freshness, type SigningKey, type SignResult, signMessage } from './sign-message.ts'
import type { Refusal, Selection } from './signature-fields.ts'
import {
  type ParameterName,
  requireLabel,
  requireParameterNames,
  requirePrintable,
} from './signature-parameters.ts'
import { type VerifiedSignature, type VerifyingKey, verifySignature } from './verify-signature.ts'

export interface SignerOptions {
  readonly key: SigningKey
  /** Names this signature among those of one message. */
  readonly label: string
  /** What to cover: `@method`, `content-type`, `@query-param;name="id"`, `@authority;req`. */
  readonly components: readonly string[]
  /** Seconds from `created` to `expires`; without it there is no `expires`. */
  readonly ttl?: number
  /** Names the application (RFC 9421 section 7.2.7). */
  readonly tag?: string
  /** Write the algorithm's name into the signature: verifiers that go by the key do not need it. */
  readonly writeAlg?: boolean
  /** Structured types of fields that specifications do not define; for components with `sf`. */
  readonly fieldTypes?: FieldTypes
}

export interface Signer {
  /**
   * Rejects with a TypeError for a freshness that cannot be written and for a signature that cannot be right, and as
   * the key does.
   */
  sign(message: Message, freshness: Freshness): Promise<SignResult>
}

export interface VerificationPolicy {
  /** A label, a tag, or both. */
  readonly select: Selection
  /** What has to be covered, parameters and all: `@method;req` is not `@method`. */
  readonly components: readonly string[]
  /** Parameters that have to be there, besides `created`, which always has to. */
  readonly parameters: readonly ParameterName[]
  /** Oldest signature, in seconds since `created`. */
  readonly maxAge: number
  /** Seconds by which the two clocks may differ. */
  readonly skew: number
  /** Structured types of fields that specifications do not define; for components with `sf`. */
  readonly fieldTypes?: FieldTypes
  /** Most characters of all `Signature-Input` and `Signature` lines, names and values; 8,192 without. */
  readonly maxLength?: number
}

export interface VerifierOptions<K extends VerifyingKey> {
  readonly policy: VerificationPolicy
  /**
   * Called once at most, and only for a message that is right in all else. What it gets is not yet proven.
   * A result without key, or a rejection, is a refusal.
   */
  readonly findKey: (keyid: string | undefined) => K | undefined | Promise<K | undefined>
}

export interface Verifier<K extends VerifyingKey> {
  /** `now`: seconds since 1970. Whatever the message holds, it does not reject. */
  verify(message: Message, now: number): Promise<VerifiedSignature<K> | Refusal>
}

/** A whole `Signature` changes as soon as this signature is added to it. */
function requireSignable({ name, req, key, identifier }: Component): void {
  if (!req && key === undefined && (name === 'signature' || name === 'signature-input')) {
    throw new TypeError(`${identifier} would not stay as it is: cover another signature by its key`)
  }
}

function requireNumber(name: string, value: number, min: number, max: number): void {
  if (!(Number.isFinite(value) && value >= min && value <= max)) {
    throw new RangeError(`${name} must be a number from ${min} to ${max}`)
  }
}

/** @throws TypeError or RangeError when an option is wrong. */
export function createSigner(options: SignerOptions): Signer {
  const { key, label, ttl, tag } = options
  requireLabel(label)
  requirePrintable('keyid', key.keyid)
  requirePrintable('tag', tag)
  if (ttl !== undefined && !(Number.isInteger(ttl) && ttl >= 1 && ttl <= 1e10)) {
    throw new RangeError('ttl must be a whole number of seconds from 1')
  }
  const components = parseComponents(options.components)
  components.forEach(requireSignable)
  const alg = options.writeAlg ? key.alg : undefined
  const plan = { key, label, components, ttl, tag, alg, types: indexTypes(options.fieldTypes) }
  return { sign: (message, freshness) => signMessage(plan, message, freshness) }
}

/** @throws TypeError or RangeError when the policy cannot be meant; never for what a message holds. */
export function createVerifier<K extends VerifyingKey>(options: VerifierOptions<K>): Verifier<K> {
  const { policy, findKey } = options
  const { select, parameters, maxAge, skew, maxLength = 8192 } = policy
  if (select.label === undefined && select.tag === undefined) {
    throw new TypeError('select must have a label or a tag: a message may carry signatures of others')
  }
  if (select.label !== undefined) requireLabel(select.label)
  requirePrintable('tag', select.tag)
  requireParameterNames(parameters)
  requireNumber('maxAge', maxAge, 1, 1e10)
  requireNumber('skew', skew, 0, 3600)
  requireNumber('maxLength', maxLength, 128, 65_536)
  const required = parseComponents(policy.components)
  const types = indexTypes(policy.fieldTypes)
  const plan = { select, required, parameters, maxAge, skew, maxLength, types, findKey }
  return { verify: (message, now) => verifySignature(plan, message, now) }
}
