/**
 * Web Bot Auth: requests that their agents sign (draft-meunier-webbotauth-httpsig-protocol-00, and architecture-00
 * to -05 before it), verified with RFC 9421 as `src/signature/general` has it.
 *
 * What is required beyond RFC 9421: the tag, `created`, `expires` and `keyid`; that the authority or the target URI
 * is covered, so that a signature is for this site only; that `Signature-Agent` is covered where it is sent, or
 * anybody could put his name to another's signature. A signature's age is bounded by the policy whatever its
 * `expires` says. `nonce` is optional and not remembered: within that age a request can be repeated to the site it
 * was signed for.
 * @module
 */
import type { BotsModel } from '../../../bundle/bots-model.ts'
import type { RequestFacts } from '../../../http/facts.ts'
import type { Component } from '../../../signature/general/component.ts'
import type { SignatureFailure } from '../../../signature/general/failure.ts'
import { indexTypes } from '../../../signature/general/field-types.ts'
import type { RequestMessage } from '../../../signature/general/message.ts'
import {
  type Candidate,
  findSignatureFields,
  type Refusal,
  selectSignature,
} from '../../../signature/general/signature-fields.ts'
import { type VerifyingKey, verifyCandidate } from '../../../signature/general/verify-signature.ts'
import type { KeyDirectory } from './key-directory.ts'
import { readSignatureAgent, type SignatureAgent } from './signature-agent.ts'

/**
 * `absent`: no such signature, or none that a listed host answers for. `unknown-key`: it may be right, we cannot
 * tell. `agentHost`, as `https://agent.example`, is who the signature says it is of.
 */
export type SignatureFinding =
  | { readonly kind: 'absent' }
  | { readonly kind: 'verified' | 'unknown-key'; readonly agentHost: string }
  | {
      readonly kind: 'failed'
      readonly agentHost: string
      /** `nonce`: not as one is written. */
      readonly why: SignatureFailure | 'nonce'
    }

/** Verifies one request's signature. Never throws, never rejects. `now`: milliseconds since the epoch. */
export type SignatureCheck = (
  facts: RequestFacts,
  now: number,
) => SignatureFinding | Promise<SignatureFinding>

const TAG = 'web-bot-auth'
/** Characters of the three fields, their names included. */
const MAX_LENGTH = 4096
/** Base64 or base64url; 64 bytes in the draft. */
const NONCE = /^[A-Za-z0-9+/_-]{1,256}={0,2}$/
const TYPES = indexTypes()
const PARAMETERS = ['created', 'expires', 'keyid', 'tag'] as const
const ABSENT: SignatureFinding = { kind: 'absent' }

/** Whether there is a signature to look at: for nearly every request one look-up says no. */
export function claimsSignature({ headers }: RequestFacts): boolean {
  const input = headers.get('signature-input')
  return input?.includes(TAG) === true && headers.get('signature') !== undefined
}

/** A listed host and the member of `Signature-Agent` that names it. */
interface Claimed {
  readonly host: string
  readonly agent: SignatureAgent | undefined
}

export function createSignatureCheck(
  model: BotsModel['verification']['web_bot_auth'],
  keys: Pick<KeyDirectory, 'keysOf'>,
): SignatureCheck {
  const { hosts } = model
  const listed = new Set(hosts)

  function findClaimed(candidate: Candidate, named: readonly Claimed[], now: number): Claimed | undefined {
    if (named.length > 0) return named.find(({ agent }) => agent && isCovered(agent, candidate.components))
    // Without the field the key itself says whose it is: its id is its thumbprint.
    const { keyid } = candidate.parameters
    const host = hosts.find((own) => keys.keysOf(own, keyid, now) !== undefined)
    return host === undefined ? undefined : { host, agent: undefined }
  }

  return (facts, now) => {
    if (!claimsSignature(facts)) return ABSENT
    const field = facts.headers.get('signature-agent')
    const named = field === undefined ? [] : findListed(field, listed)
    if (field !== undefined && named.length === 0) return ABSENT
    const candidate = readCandidate(facts)
    if ('ok' in candidate) return refuse(named[0]?.host, candidate.failure)
    const claimed = findClaimed(candidate, named, now)
    if (!claimed) return refuse(named[0]?.host, 'not-covered')
    const why = findFault(candidate)
    return why ? refuse(claimed.host, why) : verify(facts, now, candidate, claimed.host)
  }

  async function verify(
    facts: RequestFacts,
    now: number,
    candidate: Candidate,
    agentHost: string,
  ): Promise<SignatureFinding> {
    const findKey = (keyid: string | undefined): VerifyingKey | Promise<VerifyingKey> | undefined =>
      keys.keysOf(agentHost, keyid, now)?.open()
    const { max_age: maxAge, skew } = model
    const plan = { required: [], parameters: PARAMETERS, maxAge, skew, types: TYPES, findKey }
    const result = await verifyCandidate(plan, toMessage(facts), now / 1000, candidate)
    return result.ok ? { kind: 'verified', agentHost } : refuse(agentHost, result.failure)
  }
}

/** The members that name a listed host. The whole text has to be an entry of the list: no port or path gets by. */
function findListed(field: string, listed: ReadonlySet<string>): readonly Claimed[] {
  return readSignatureAgent(field).flatMap((agent) => {
    const host = agent.uri.toLowerCase().replace(/\/$/, '')
    return listed.has(host) ? [{ host, agent }] : []
  })
}

function readCandidate({ headers }: RequestFacts): Candidate | Refusal {
  const fields: string[] = []
  for (const name of ['signature-input', 'signature']) {
    const value = headers.get(name)
    if (value !== undefined) fields.push(name, value)
  }
  const agent = headers.get('signature-agent')
  const room = MAX_LENGTH - (agent === undefined ? 0 : 'signature-agent'.length + agent.length)
  const texts = findSignatureFields(fields, room)
  return 'ok' in texts ? texts : selectSignature(texts, { tag: TAG })
}

/** `undefined` as host: the signature names nobody that we know. */
function refuse(agentHost: string | undefined, why: SignatureFailure | 'nonce'): SignatureFinding {
  if (agentHost === undefined || why === 'not-found') return ABSENT
  // That we lack a key, or cannot use it, is our fault and says nothing of the client.
  if (why === 'keyid' || why === 'key-lookup' || why === 'cryptography') {
    return { kind: 'unknown-key', agentHost }
  }
  return { kind: 'failed', agentHost, why }
}

/** The member by its key, or the whole field as it stands, which covers all of them. */
function isCovered({ key }: SignatureAgent, components: readonly Component[]): boolean {
  return components.some(
    (component) =>
      component.name === 'signature-agent' &&
      !(component.req || component.tr || component.sf || component.bs) &&
      (component.key === undefined || component.key === key),
  )
}

function findFault({ components, parameters }: Candidate): SignatureFailure | 'nonce' | undefined {
  const { nonce } = parameters
  if (nonce !== undefined && !NONCE.test(nonce)) return 'nonce'
  const isBound = components.some(({ identity }) => identity === '@authority' || identity === '@target-uri')
  return isBound ? undefined : 'not-covered'
}

function toMessage({ method, rawTarget, scheme, headers }: RequestFacts): RequestMessage {
  const fields: string[] = []
  headers.forEach((value, name) => {
    fields.push(name, value)
  })
  return { kind: 'request', method, target: rawTarget, scheme, fields }
}
