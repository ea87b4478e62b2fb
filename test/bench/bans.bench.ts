/**
 * What bans cost: a look-up per request, and taking new orders, with none to 4,096 bans in force.
 *
 *   node test/bench/bans.bench.ts [rounds]
 *
 * Contenders take turns in every round; printed are the best round and the median, per call.
 */
import type { RequestFacts } from '../../src/http/facts.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { type Ban, LEVELS, type Orders } from '../../src/ingress/dos/watch-protocol.ts'
import { makeBan, makeFacts, NOW } from '../ingress/dos/make-ban.ts'

const ROUNDS = Number(process.argv[2] ?? 15)
const CALLS = 200_000
const UNTIL = NOW + 3_600_000

const dotted = (n: number): string => `${11 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}.${(n * 7) & 255}`
const addresses = (count: number): Ban[] =>
  Array.from({ length: count }, (_, n) => makeBan({ key: dotted(n * 37), until: UNTIL }))
const every: Ban[] = LEVELS.flatMap((level, n) => {
  const keys = [
    '198.51.100.9',
    '198.51.100.0/24',
    '65000',
    `t13d1516h2_8daaf6152771_00000000000${n}`,
    'f'.repeat(16),
  ]
  return [makeBan({ level, key: keys[n] ?? '', until: UNTIL })]
})

const contenders: Readonly<Record<string, readonly Ban[]>> = {
  'no bans': [],
  'one address': addresses(1),
  '256 addresses': addresses(256),
  '4,096 addresses': addresses(4096),
  'one of each level': every,
}

/** Clients that are not banned, as most are. */
const facts: RequestFacts[] = Array.from({ length: 1024 }, (_, n) =>
  makeFacts({
    ip: `203.${(n * 31) & 255}.${(n * 17) & 255}.${n & 255}`,
    asn: 64_500 + (n % 50),
    ja4: 't13d1516h2_8daaf6152771_b186095e22b6',
    path: `/products/${n}`,
    agent:
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  }),
)

function timeLookups(bans: readonly Ban[]): number {
  const table = createBanTable()
  table.apply({ revision: 1, bans, attacks: [] }, NOW)
  const started = performance.now()
  let found = 0
  for (let n = 0; n < CALLS; n++) if (table.find(facts[n & 1023] as RequestFacts, NOW)) found++
  const spent = performance.now() - started
  if (found > 0) throw new Error('a client that is not banned was found')
  return (spent * 1e6) / CALLS
}

function timeApply(bans: readonly Ban[]): number {
  const table = createBanTable()
  const orders: Orders = { revision: 1, bans, attacks: [] }
  const started = performance.now()
  table.apply(orders, NOW)
  return performance.now() - started
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0
const lookups = new Map<string, number[]>()
const applies = new Map<string, number[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, bans] of Object.entries(contenders)) {
    lookups.set(name, [...(lookups.get(name) ?? []), timeLookups(bans)])
    applies.set(name, [...(applies.get(name) ?? []), timeApply(bans)])
  }
}
console.log('bans               look-up, ns (best, median)   taking orders, ms (best, median)')
for (const name of Object.keys(contenders)) {
  const [a, b] = [lookups.get(name) ?? [], applies.get(name) ?? []]
  const cells = [
    Math.min(...a).toFixed(1),
    median(a).toFixed(1),
    Math.min(...b).toFixed(3),
    median(b).toFixed(3),
  ]
  console.log(name.padEnd(19) + cells.map((cell) => cell.padStart(12)).join(''))
}
