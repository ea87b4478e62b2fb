/** The whole stage bots on requests of several kinds, for the bench in Node and in workerd. */
import { sha256 } from '@noble/hashes/sha2.js'
import { openBundle } from '../../src/bundle/bundle.ts'
import type { RequestFacts } from '../../src/http/facts.ts'
import { PUZZLES } from '../../src/ingress/challenge/offer.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { localShards } from '../../src/ingress/limits/local-shards.ts'
import { linkPolicy, type Stages } from '../../src/pipeline/stages.ts'
import { KINDS, toFacts } from './bot-signals-requests.ts'

export interface Case {
  readonly name: string
  run(times: number): number
}

const NOW = 1_795_000_000_000
/** More User-Agents than an isolate remembers: each is read anew. */
const ROTATING = 4096

function link(bundle: ArrayBuffer): Stages {
  const limiter = {
    shards: localShards({ accounts: 64 }),
    shardCount: 1,
    secret: new Uint8Array(16).fill(7),
    timer: () => () => {},
    isolate: 1,
    random: Math.random,
  }
  return linkPolicy(openBundle(bundle), { limiter, bans: createBanTable() })
}

function makeFacts(kind: string, version: number, cookie?: string): RequestFacts {
  const make = KINDS[kind]
  if (make === undefined) throw new TypeError(`no kind ${kind}`)
  const change = make(String(version))
  return toFacts(cookie ? { ...change, headers: [...(change.headers ?? []), ['cookie', cookie]] } : change)
}

function solve(token: string, bits: number): string {
  const encoder = new TextEncoder()
  const isSolved = (i: number, n: number): boolean => {
    const [a = 255, b = 255, c = 255, d = 255] = sha256(encoder.encode(`${token}:${i}:${n}`))
    return Math.clz32((a << 24) | (b << 16) | (c << 8) | d) >= bits
  }
  return Array.from({ length: PUZZLES }, (_, i) => {
    let n = 0
    while (!isSolved(i, n)) n++
    return n
  }).join('.')
}

/** The cookie of a client that has done a proof of work. */
async function clear({ challenge }: Stages, facts: RequestFacts): Promise<string> {
  let drawn = 0
  const issued = challenge.issue(facts, 2, 0, NOW, () => `text-of-128-bits-or-more-${++drawn}`)
  const [offer] = issued.offers
  if (offer.method !== 'proof') throw new TypeError(offer.method)
  const form = { token: offer.token, solution: solve(offer.token, offer.bits), returnTo: issued.returnTo }
  const redeemed = await challenge.redeem(facts, form, NOW)
  if (!redeemed.ok) throw new Error(redeemed.why)
  return redeemed.cookie.split(';')[0] ?? ''
}

/** `pool` has each request once: shallow copies keep one from being known by its identity. */
function over(name: string, pool: readonly RequestFacts[], judge: (facts: RequestFacts) => unknown): Case {
  return {
    name,
    run(times) {
      let sum = 0
      for (let i = 0; i < times; i++) {
        const facts = pool[i % pool.length]
        if (facts !== undefined && judge({ ...facts }) !== undefined) sum++
      }
      return sum
    },
  }
}

/** @param bundle A compiled policy with `bots.yaml` in mode enforce. */
export async function createCases(bundle: ArrayBuffer): Promise<readonly Case[]> {
  const stages = link(bundle)
  const { bots } = stages
  if (bots === undefined) throw new TypeError('the policy has no bots.yaml')
  const judge = (facts: RequestFacts): unknown => bots.stage.begin(facts, NOW, () => {}).check().terminal
  const pool = (kind: string, count = 200): readonly RequestFacts[] =>
    Array.from({ length: count }, (_, i) => makeFacts(kind, 120 + i))
  const navigation = 'Chrome: a navigation'
  const cookie = await clear(stages, makeFacts(navigation, 120))
  return [
    over('facts copied (in all below)', pool(navigation), () => undefined),
    over(navigation, pool(navigation), judge),
    over('Chrome: a navigation, each a new User-Agent', pool(navigation, ROTATING), judge),
    over('Chrome: a navigation with a clearance', [makeFacts(navigation, 120, cookie)], judge),
    ...Object.keys(KINDS)
      .filter((kind) => kind !== navigation)
      .map((kind) => over(kind, pool(kind), judge)),
  ]
}
