/** Challenges of an edge for tests: a memory of redeemed ones, easy puzzles, and clients that solve them. */
import { createHash } from 'node:crypto'
import type { ChallengeModel } from '../../../src/bundle/bots-model.ts'
import { DEFAULT_CHALLENGE } from '../../../src/bundle/default-challenge.ts'
import type { RequestFacts } from '../../../src/http/facts.ts'
import {
  type Challenge,
  type ChallengeOptions,
  createChallenge,
} from '../../../src/ingress/challenge/challenge.ts'
import type { ChallengeLevel, IssuedChallenge, Offer } from '../../../src/ingress/challenge/offer.ts'
import type { SolutionForm } from '../../../src/ingress/challenge/redeem.ts'
import type { Spend } from '../../../src/ingress/challenge/spend.ts'
import { createFacts, type FactsChange } from '../../http/facts.ts'

export const NOW = 1_795_000_000_000
export const SECRET: Uint8Array = new Uint8Array(32).fill(7)
export const RELAY_ASN = 36_183

/** Puzzles that cost nothing. */
export const MODEL: ChallengeModel = { ...DEFAULT_CHALLENGE, bits: { least: 2, most: 6 } }

export function memorySpend(): Spend {
  const seen = new Set<string>()
  return async (id) => {
    if (seen.has(id)) return 'again'
    seen.add(id)
    return 'first'
  }
}

export function openChallenge(change: Partial<ChallengeOptions> = {}): Challenge {
  return createChallenge({
    model: MODEL,
    relays: [RELAY_ASN],
    secrets: [SECRET],
    spend: memorySpend(),
    ...change,
  })
}

let drawn = 0
export const draw = (): string => `random-text-number-${++drawn}`

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
export const CLIENT: FactsChange = { address: '192.0.2.1', headers: [['user-agent', CHROME]] }
export const SIX: FactsChange = { ...CLIENT, address: '2001:db8:1:2::3' }

/** A client that is not `CLIENT` in some way that counts. */
export const STRANGERS: readonly (readonly [what: string, change: FactsChange])[] = [
  ['another network', { address: '192.0.3.1' }],
  ['another autonomous system', { client: { asn: 64_500 } }],
  ['no address', { client: { address: undefined } }],
  ['a relay', { client: { asn: RELAY_ASN } }],
  ['another version of the browser', { headers: [['user-agent', CHROME.replace('142', '143')]] }],
  ['another browser', { headers: [['user-agent', `${CHROME} Edg/142.0.0.0`]] }],
  ['no browser', { headers: [] }],
]

/** A request of `CLIENT`, changed, with the cookie that a Set-Cookie field gave. */
export function createRequest(change: FactsChange = {}, setCookie?: string): RequestFacts {
  const headers = change.headers ?? CLIENT.headers ?? []
  const cookie = setCookie === undefined ? [] : [['cookie', setCookie.split(';')[0] ?? ''] as const]
  return createFacts({ ...CLIENT, ...change, headers: [...headers, ...cookie] })
}

export function solve(token: string, bits: number): string {
  return Array.from({ length: 16 }, (_, i) => solveOne(`${token}:${i}:`, bits)).join('.')
}

function solveOne(start: string, bits: number): number {
  const begun = createHash('sha256').update(start)
  for (let n = 0; ; n++) {
    const hash = begun.copy().update(String(n)).digest()
    if (Math.clz32(hash.readUInt32BE(0)) >= bits) return n
  }
}

export function offerOf<M extends Offer['method']>(
  { offers }: IssuedChallenge,
  method: M,
): Extract<Offer, { method: M }> {
  const found = offers.find((offer) => offer.method === method)
  if (found === undefined) throw new Error(`no offer of ${method}`)
  return found as Extract<Offer, { method: M }>
}

/** The form that solves a challenge by work. */
export function proofForm(issued: IssuedChallenge): SolutionForm {
  const { token, bits } = offerOf(issued, 'proof')
  return { token, solution: solve(token, bits), returnTo: issued.returnTo }
}

/** A Set-Cookie field for a client that has climbed to `level`. */
export async function climb(
  challenge: Challenge,
  level: ChallengeLevel,
  facts: RequestFacts = createRequest(),
  now: number = NOW,
): Promise<string> {
  const issued = challenge.issue(facts, level, 0, now, draw)
  const wait = level === 1 ? offerOf(issued, 'wait') : undefined
  const form = wait ? { token: wait.token } : proofForm(issued)
  const redeemed = await challenge.redeem(facts, form, now + (wait?.seconds ?? 0) * 1000)
  if (!redeemed.ok) throw new Error(redeemed.why)
  return redeemed.cookie
}
