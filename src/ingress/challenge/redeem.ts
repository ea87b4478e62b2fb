/**
 * Takes the solution of a challenge: whether it was ours, for this client, in time, solved, and new.
 *
 * What is cheap comes first, and what is not ours costs no more than a hash. The object that knows which challenges
 * have been redeemed is asked last, about solved ones only: to load it takes work.
 * @module
 */
import type { RequestFacts } from '../../http/facts.ts'
import { toBase64Url } from '../../signature/base64.ts'
import { type Hash64, sipHash } from '../limits/sip-hash.ts'
import { bindingOf, isSameNetwork, RELAY, UNKNOWN_NETWORK } from './binding.ts'
import type { KeyRing } from './challenge-keys.ts'
import type { Clearances } from './clearance.ts'
import type { ChallengeLevel } from './offer.ts'
import { isSolution } from './proof.ts'
import type { Provider, ProviderKind } from './provider.ts'
import { safeReturnPath } from './return-path.ts'
import type { Spend } from './spend.ts'
import { readToken, TOKEN_LIFE, type Token } from './token.ts'

/** What is sent to `CHALLENGE_PATH`. */
export interface SolutionForm {
  readonly token: string
  /** Of a proof of work: the numbers joined with `.`. */
  readonly solution?: string
  /** Of an interactive one: what the widget gave. */
  readonly response?: string
  /** `IssuedChallenge.returnTo` again. */
  readonly returnTo?: string
  /** The content of a form that met the challenge, urlencoded as it came. */
  readonly body?: string
}

/** Where the client wants to go: what the token was made for, as far as the form has brought the same. */
export interface Destination {
  readonly returnTo: string
  /** The content to send there again. */
  readonly body?: string
}

export interface Solved extends Destination {
  readonly ok: true
  /** The value of a Set-Cookie field. */
  readonly cookie: string
  readonly level: ChallengeLevel
}

/**
 * `malformed`: no token. `forged`: none of ours, or of a key that is gone. `expired`: too late. `elsewhere`: another
 * network or program than asked for it. `early`: wait for so many milliseconds more. `unsolved`: wrong. `refused`: the
 * service says no. `unavailable`: the service says nothing. `spent`: redeemed before.
 */
export type RedeemFailure =
  | 'malformed'
  | 'forged'
  | 'expired'
  | 'elsewhere'
  | 'early'
  | 'unsolved'
  | 'refused'
  | 'unavailable'
  | 'spent'

export interface NotSolved {
  readonly ok: false
  readonly why: RedeemFailure
  /** With `early`: milliseconds. */
  readonly wait?: number
  /** What the client may be asked again, when the token is ours: as much as before, at least. */
  readonly again?: Destination & { readonly level: ChallengeLevel; readonly bits: number }
}

export type Redeemed = Solved | NotSolved

export interface RedeemContext {
  readonly ring: KeyRing
  readonly relays: ReadonlySet<number>
  readonly clearances: Clearances
  readonly spend: Spend
  readonly provider: (kind: ProviderKind) => { readonly port: Provider; readonly sitekey: string } | undefined
  /** Told of each solution for which nobody could say whether it was new. */
  readonly onUnknown: () => void
}

/** Seconds that our own clocks may be apart. */
const SKEW = 60
/**
 * A widget's answer: base64url and dots. Nothing else is shown to a service: what makes it fail would make it seem
 * away. Turnstile's documentation says how long one is at most; hCaptcha's does not, and 4,000 characters were seen.
 */
const RESPONSE: Readonly<Record<ProviderKind, RegExp>> = {
  turnstile: /^[A-Za-z0-9._-]{1,2048}$/,
  hcaptcha: /^[A-Za-z0-9._-]{1,8192}$/,
}

/** Never rejects. @param now Milliseconds since the epoch. */
export async function redeemSolution(
  facts: RequestFacts,
  form: SolutionForm,
  now: number,
  context: RedeemContext,
): Promise<Redeemed> {
  const token = readToken(form.token, context.ring, facts.host.name)
  if (typeof token === 'string') return { ok: false, why: token }
  const { level, method, amount } = token
  const destination = findDestination(form, token)
  const again = { ...destination, level, bits: method === 'proof' ? amount : 0 }
  const age = now - token.issued * 1000
  if (age >= TOKEN_LIFE * 1000 || age < -SKEW * 1000) return { ok: false, again, why: 'expired' }
  if (isStranger(facts, token, context)) return { ok: false, again, why: 'elsewhere' }
  const wait = method === 'wait' ? amount * 1000 - age : 0
  if (wait > 0) return { ok: false, again, why: 'early', wait }
  const wrong = await findUnsolved(facts, form, token, now, context)
  if (wrong) return { ok: false, again, why: wrong }
  const spent = await context.spend(toBase64Url(token.id), token.issued + TOKEN_LIFE)
  if (spent === 'again') return { ok: false, again, why: 'spent' }
  const isBrief = spent === 'unknown'
  if (isBrief) context.onUnknown()
  const asked = { network: token.network, kid: token.keys.kid }
  const grant = { level, method, id: token.id.subarray(0, 8), asked, isBrief }
  return { ok: true, cookie: context.clearances.grant(facts, grant, now), level, ...destination }
}

function findDestination({ returnTo = '', body }: SolutionForm, { keys, ...token }: Token): Destination {
  const isOurs = (text: string, hash: Hash64 | undefined): boolean => {
    const own = sipHash(keys.hash, text)
    return hash !== undefined && own.lo === hash.lo && own.hi === hash.hi
  }
  const path = isOurs(returnTo, token.returnTo) ? safeReturnPath(returnTo) : undefined
  if (path === undefined) return { returnTo: '/' }
  return body !== undefined && isOurs(body, token.body) ? { returnTo: path, body } : { returnTo: path }
}

/**
 * The page may have come over IPv4 and its answer go over IPv6 (RFC 8305): who has both gets a clearance for both.
 * That helps nobody who has solutions made elsewhere: a token can be solved anywhere anyway.
 */
function isStranger(facts: RequestFacts, token: Token, { relays }: RedeemContext): boolean {
  const { agent, network } = bindingOf(facts, relays, token.keys.hash)
  const isOther = isOwn(network.kind) && isOwn(token.network.kind) && network.kind !== token.network.kind
  const isHere = isOther || isSameNetwork(network, token.network)
  return agent !== token.agent || !isHere
}

/** A network that a client has beside one of another kind. */
function isOwn(kind: number): boolean {
  return kind !== RELAY && kind !== UNKNOWN_NETWORK
}

async function findUnsolved(
  { host }: RequestFacts,
  form: SolutionForm,
  { method, amount }: Token,
  now: number,
  context: RedeemContext,
): Promise<RedeemFailure | undefined> {
  if (method === 'wait') return undefined
  if (method === 'proof') return isSolution(form.token, form.solution ?? '', amount) ? undefined : 'unsolved'
  const { response = '' } = form
  if (!RESPONSE[method].test(response)) return 'unsolved'
  const provider = context.provider(method)
  if (provider === undefined) return 'unavailable'
  const { port, sitekey } = provider
  const question = { response, token: form.token, sitekey, host: host.name }
  const answer = await port.check(question, now)
  if (answer === 'passed') return undefined
  return answer === 'down' ? 'unavailable' : 'refused'
}
