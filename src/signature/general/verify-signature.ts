/**
 * Verifying one signature of one message (RFC 9421 section 3.2). Whatever the message holds, at most one key is
 * looked for and one signature is checked.
 * @module
 */
import { isSignatureLength, type SignatureAlgorithm } from './algorithm.ts'
import type { Component } from './component.ts'
import type { Message } from './message.ts'
import { createMessageReader } from './message-reader.ts'
import { buildBase, encodeBase } from './signature-base.ts'
import {
  type Candidate,
  findSignatureFields,
  type Refusal,
  type Selection,
  selectSignature,
} from './signature-fields.ts'
import type { ParameterName, SignatureParameters } from './signature-parameters.ts'
import type { FieldType } from './structured-value.ts'

/** A key and the one algorithm it is for. */
export interface VerifyingKey {
  readonly alg: SignatureAlgorithm
  /** True when `signature` is right for the bytes of the base. Compares in constant time where it compares. */
  readonly verify: (
    base: Uint8Array<ArrayBuffer>,
    signature: Uint8Array<ArrayBuffer>,
  ) => boolean | Promise<boolean>
}

/** A policy that has been checked. */
export interface VerificationPlan<K extends VerifyingKey> {
  readonly select: Selection
  readonly required: readonly Component[]
  readonly parameters: readonly ParameterName[]
  readonly maxAge: number
  readonly skew: number
  readonly maxLength: number
  readonly types: ReadonlyMap<string, FieldType>
  readonly findKey: (keyid: string | undefined) => K | undefined | Promise<K | undefined>
}

export interface VerifiedSignature<K extends VerifyingKey> {
  readonly ok: true
  readonly label: string
  readonly key: K
  /** Covered components as the signature base has them, for example `"@query-param";name="id"`. */
  readonly components: readonly string[]
  readonly parameters: SignatureParameters
  readonly signature: Uint8Array<ArrayBuffer>
}

function refuse(failure: Refusal['failure']): Refusal {
  return { ok: false, failure }
}

/** `now`: seconds since 1970. Never rejects. */
export async function verifySignature<K extends VerifyingKey>(
  plan: VerificationPlan<K>,
  message: Message,
  now: number,
): Promise<VerifiedSignature<K> | Refusal> {
  const candidate = readCandidate(message, plan)
  return 'ok' in candidate ? candidate : verifyCandidate(plan, message, now, candidate)
}

/**
 * The same for a signature that has been selected already, by a caller whose policy depends on what it covers.
 * `now`: seconds since 1970. Never rejects.
 */
export async function verifyCandidate<K extends VerifyingKey>(
  plan: Omit<VerificationPlan<K>, 'select' | 'maxLength'>,
  message: Message,
  now: number,
  candidate: Candidate,
): Promise<VerifiedSignature<K> | Refusal> {
  const refusal = checkTime(candidate.parameters, plan, now) ?? checkCover(candidate, plan.required)
  if (refusal) return refusal
  const built = buildBase(candidate.components, candidate.text, createMessageReader(message, plan.types))
  if (!built.ok) return built
  const key = await lookUp(plan.findKey, candidate.parameters.keyid)
  if ('ok' in key) return key
  return check(candidate, key.found, encodeBase(built.base))
}

type Rules = Pick<VerificationPlan<VerifyingKey>, 'parameters' | 'maxAge' | 'skew'>

function readCandidate(
  message: Message,
  rules: Pick<VerificationPlan<VerifyingKey>, 'select' | 'maxLength'>,
): Candidate | Refusal {
  const texts = findSignatureFields(message.fields, rules.maxLength)
  return 'ok' in texts ? texts : selectSignature(texts, rules.select)
}

/** Each condition is what has to hold: a clock that is no number refuses everything. */
function checkTime(parameters: SignatureParameters, rules: Rules, now: number): Refusal | undefined {
  const { created, expires } = parameters
  if (created === undefined) return refuse('parameter-missing')
  if (rules.parameters.some((name) => parameters[name] === undefined)) return refuse('parameter-missing')
  if (!(created <= now + rules.skew)) return refuse('created')
  if (!(now - created <= rules.maxAge + rules.skew)) return refuse('too-old')
  if (expires === undefined) return undefined
  if (!(expires >= now - rules.skew)) return refuse('expired')
  return expires < created ? refuse('lifetime') : undefined
}

function checkCover({ components }: Candidate, required: readonly Component[]): Refusal | undefined {
  const covered = new Set(components.map(({ identity }) => identity))
  const missing = required.find(({ identity }) => !covered.has(identity))
  return missing && { ok: false, failure: 'not-covered', component: missing.identifier }
}

async function lookUp<K extends VerifyingKey>(
  findKey: VerificationPlan<K>['findKey'],
  keyid: string | undefined,
): Promise<{ readonly found: K } | Refusal> {
  try {
    const found = await findKey(keyid)
    return found ? { found } : refuse('keyid')
  } catch {
    return refuse('key-lookup')
  }
}

async function check<K extends VerifyingKey>(
  candidate: Candidate,
  key: K,
  base: Uint8Array<ArrayBuffer>,
): Promise<VerifiedSignature<K> | Refusal> {
  const { label, components, parameters, signature } = candidate
  if (parameters.alg !== undefined && parameters.alg !== key.alg) return refuse('algorithm')
  if (!isSignatureLength(key.alg, signature.length)) return refuse('mismatch')
  try {
    if ((await key.verify(base, signature)) !== true) return refuse('mismatch')
  } catch {
    return refuse('cryptography')
  }
  const identifiers = components.map(({ identifier }) => identifier)
  return { ok: true, label, key, components: identifiers, parameters, signature }
}
