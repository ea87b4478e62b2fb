// What detection costs a request: `see` in peace and in a flood, and the stage that looks bans up, each beside
// the scan of the request's header section, which every request needs anyway. Then the watch of a data centre.
// Run: node_modules/.bin/node --expose-gc test/bench/watch.bench.ts
import type { RequestFacts } from '../../src/http/facts.ts'
import { scanHeaders } from '../../src/http/headers.ts'
import { createBanTable } from '../../src/ingress/dos/ban-table.ts'
import { createColoWatch } from '../../src/ingress/dos/colo-watch.ts'
import { createDosStage } from '../../src/ingress/dos/dos-stage.ts'
import { createWatch, type Seen, type Watch } from '../../src/ingress/dos/watch.ts'
import type { Ban, Orders } from '../../src/ingress/dos/watch-protocol.ts'
import { createRandom, defaults, factsOf, policyWith, visitors } from '../ingress/dos/traffic-world.ts'

const BATCH = 50_000
const ROUNDS = 15
const START = 1_800_000_000_000
const PASSED: Seen = { isDenied: false }
const AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const random = createRandom(1)

/** Requests as they come: every string anew, as long as usual. */
function createFacts(): readonly RequestFacts[] {
  return Array.from({ length: BATCH }, (_, n) =>
    factsOf({
      ...visitors(random),
      path: `/shop/category/${n % 97}/item/${n % 1013}`,
      agent: `${AGENT} ${n % 23}`,
    }),
  )
}

const facts = createFacts()

interface Contender {
  readonly name: string
  run(): void
}

const ATTACKED: Orders = {
  revision: 1,
  bans: [],
  attacks: [{ host: '', route: '', state: 'on', by: 'detection', since: 0, until: 0, reason: '' }],
}

/** A watch that has seen this rate for a while; `run` goes on with it, and reports when that is due. */
function createSeeing(name: string, rate: number, orders?: Orders): Contender {
  const watch: Watch = createWatch({ isolate: 1, random, now: START })
  watch.adopt(policyWith())
  let now = START
  let at = 0
  const step = (): void => {
    now += 1000 / rate
    const next = facts[at++ % BATCH]
    if (next) watch.see(next, 'site', PASSED, undefined, now)
    if (watch.due(now)) watch.drain(now, 0)
  }
  if (orders) watch.heard(orders)
  for (let n = 0; n < 30 * rate; n++) step()
  return {
    name,
    run() {
      for (let n = 0; n < BATCH; n++) step()
    },
  }
}

function createChecking(name: string, orders: Omit<Orders, 'revision'>): Contender {
  const bans = createBanTable()
  bans.apply({ revision: 1, ...orders }, START)
  const stage = createDosStage(defaults, { mode: 'enforce', bans, isCleared: () => false })
  return {
    name,
    run() {
      for (const each of facts) stage.check(each, 'site', START)
    },
  }
}

function makeBans(count: number): readonly Ban[] {
  return Array.from({ length: count }, (_, n) => ({
    id: n.toString(16).padStart(16, '0'),
    level: 'address' as const,
    key: `203.${n >> 16}.${(n >> 8) & 255}.${n & 255}`,
    action: 'block' as const,
    created: START,
    until: START + 1e9,
    reason: '',
    by: 'detection' as const,
    strikes: 1,
  }))
}

const section = new Headers({
  host: 'shop.example',
  'user-agent': AGENT,
  accept: 'text/html,application/xhtml+xml',
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, br',
  cookie: 'session=0123456789abcdef; theme=dark',
  referer: 'https://shop.example/',
  'sec-fetch-mode': 'navigate',
})

const contenders: readonly Contender[] = [
  {
    name: 'scan of 8 header fields',
    run() {
      for (let n = 0; n < BATCH; n++) scanHeaders(section)
    },
  },
  createSeeing('see, peace, 20 rps', 20),
  createSeeing('see, peace, 1,000 rps', 1000),
  createSeeing('see, alert, 900 rps', 900, ATTACKED),
  createSeeing('see, alert, 10,000 rps', 10_000, ATTACKED),
  createChecking('check, nothing in force', { bans: [], attacks: [] }),
  createChecking('check, 4,096 bans', { bans: makeBans(4096), attacks: [] }),
]

const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]))
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, run } of contenders) {
    const start = performance.now()
    run()
    times.get(name)?.push(((performance.now() - start) * 1e6) / BATCH)
  }
}

const quantile = (values: readonly number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(q * (values.length - 1))] ?? 0
const base = quantile(times.get('scan of 8 header fields') ?? [], 0)
console.log('ns per request                least  median   (10 % to 90 %)   of a header scan')
for (const [name, values] of times) {
  const [least, low, median, high] = [0, 0.1, 0.5, 0.9].map((q) => quantile(values, q))
  const spread = `(${low?.toFixed(0)} to ${high?.toFixed(0)})`
  console.log(
    `${name.padEnd(28)} ${least?.toFixed(0).padStart(6)} ${median?.toFixed(0).padStart(7)} ${spread.padStart(16)} ${((least ?? 0) / base).toFixed(2).padStart(10)}`,
  )
}

// The watch of a data centre: as many isolates as it holds, each with a full report, judged once.
const colo = createColoWatch({ drawId: () => '0000000000000000' })
const watches = Array.from({ length: 512 }, (_, isolate) => createWatch({ isolate, random, now: START }))
for (const [index, watch] of watches.entries()) {
  watch.adopt(policyWith())
  for (let n = 0; n < 600; n++) {
    const next = facts[(index * 600 + n) % BATCH]
    if (next) watch.see(next, 'site', PASSED, undefined, START)
  }
}
const reports = watches.map((watch) => watch.drain(START + 2000, 0))
const bytes = reports.reduce((sum, report) => sum + JSON.stringify(report).length, 0) / reports.length
const ticks: number[] = []
for (let round = 1; round <= 20; round++) {
  const now = START + round * 2000
  for (const report of reports) colo.take(report, now)
  const start = performance.now()
  colo.tick(now)
  ticks.push(performance.now() - start)
}
const spread = `${quantile(ticks, 0).toFixed(1)} to ${quantile(ticks, 0.9).toFixed(1)}`
console.log(`\na tick over 512 isolates      ${quantile(ticks, 0.5).toFixed(1)} ms (${spread}), every 2 s`)
console.log(`a report                      ${(bytes / 1024).toFixed(1)} KiB as JSON`)
console.log(`what is saved                 ${((colo.save(START + 1e6)?.length ?? 0) / 1024).toFixed(1)} KiB`)
