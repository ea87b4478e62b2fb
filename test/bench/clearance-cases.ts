/** What challenges cost, for the bench in Node and in workerd: each case is `run(times)` of one thing. */
import { sha256 } from '@noble/hashes/sha2.js'
import { DEFAULT_CHALLENGE } from '../../src/bundle/default-challenge.ts'
import type { RequestFacts } from '../../src/http/facts.ts'
import { scanHeaderPairs } from '../../src/http/headers.ts'
import { readHost } from '../../src/http/host.ts'
import { readTarget } from '../../src/http/target.ts'
import { createChallenge } from '../../src/ingress/challenge/challenge.ts'
import { parseAddress } from '../../src/net/address.ts'

export interface Case {
  readonly name: string
  run(times: number): Promise<number>
}

const NOW = 1_795_000_000_000
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const SITE = readHost('app.example', 'https')
const ADDRESS = parseAddress('192.0.2.1')
const TARGET = readTarget('/shop?x=1')

/** New facts each time: a second look at the same ones is remembered. */
function createFacts(cookie: string): RequestFacts {
  return {
    method: 'GET',
    scheme: 'https',
    host: SITE,
    target: TARGET,
    rawTarget: '/shop?x=1',
    headers: scanHeaderPairs([
      ['user-agent', AGENT],
      ['accept', 'text/html'],
      ['cookie', cookie],
    ]),
    client: { address: ADDRESS, asn: 64_500 },
    hasBody: false,
  }
}

let drawn = 0
const draw = (): string => `text-of-128-bits-or-more-${++drawn}`

/** Nothing is redeemed twice here, and nobody is asked. Puzzles of one bit are checked like any others. */
const challenge = createChallenge({
  model: { ...DEFAULT_CHALLENGE, bits: { least: 1, most: 1 } },
  relays: [714, 36_183],
  secrets: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
  spend: async () => 'first',
})

const encoder = new TextEncoder()

function solve(token: string): string {
  return Array.from({ length: 16 }, (_, i) => {
    for (let n = 10_000_000; ; n++)
      if ((sha256(encoder.encode(`${token}:${i}:${n}`))[0] ?? 255) < 128) return n
  }).join('.')
}

function each(name: string, once: () => unknown): Case {
  return {
    name,
    async run(times) {
      let sum = 0
      for (let i = 0; i < times; i++) if (once()) sum++
      return sum
    },
  }
}

/** The first is what the others do besides; a request without our cookie is the usual one. */
export async function createCases(): Promise<readonly Case[]> {
  const nobody = createFacts('session=abcdef')
  const issued = challenge.issue(nobody, 2, 0, NOW, draw)
  const [{ token }] = issued.offers
  const form = { token, solution: solve(token), returnTo: issued.returnTo }
  const redeemed = await challenge.redeem(nobody, form, NOW)
  if (!redeemed.ok) throw new Error(redeemed.why)
  const good = `session=abcdef; ${redeemed.cookie.split(';')[0]}`
  const bad = good.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  const both = { ...form, token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` }
  return [
    each('facts of a request (in all below)', () => createFacts(good).headers.count),
    each('clearance: no cookie of ours', () => !challenge.isCleared(createFacts('session=abcdef'), NOW, 2)),
    each('clearance: good', () => challenge.isCleared(createFacts(good), NOW, 2)),
    each('clearance: forged', () => !challenge.isCleared(createFacts(bad), NOW, 2)),
    each('clearance: good and renewed', () => challenge.renewal(createFacts(good), NOW + 11_000_000)),
    each('issue: proof of work', () => challenge.issue(createFacts(''), 2, 50, NOW, draw)),
    each('issue: proof of work and wait', () => challenge.issue(createFacts(''), 1, 50, NOW, draw)),
    {
      name: 'redemption: 16 puzzles, cookie',
      async run(times) {
        let sum = 0
        for (let i = 0; i < times; i++) if ((await challenge.redeem(createFacts(''), form, NOW)).ok) sum++
        return sum
      },
    },
    {
      name: 'redemption: forged token',
      async run(times) {
        let sum = 0
        for (let i = 0; i < times; i++) if (!(await challenge.redeem(createFacts(''), both, NOW)).ok) sum++
        return sum
      },
    },
  ]
}
