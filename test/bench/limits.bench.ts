/**
 * What limits cost in bare workerd: four isolates and one shard, against an empty Worker, one call per request,
 * and one call per request with a cache of refusals.
 *
 *   node test/bench/limits.bench.ts [rounds] [requests per round] [mix…]
 *
 * Contenders take turns, in short batches and many rounds. Where others share the machine, the ratio of the minima
 * is the one to read: what is not of the contender only ever adds to its time.
 * Linux only: CPU time is read from /proc, of the whole process: isolates, shard and runtime.
 */
import type { LimitModel } from '../../src/bundle/model.ts'
import { createLimit } from '../ingress/limits/request.ts'
import { bundleLimitsWorker, type Isolates, startIsolates } from './limits-isolates.ts'
import { loadClients } from './limits-load.ts'
import { formatRow, type Sample, spread } from './limits-report.ts'

const ROUNDS = Number(process.argv[2] ?? 40)
const REQUESTS = Number(process.argv[3] ?? 4000)
const CHOSEN = process.argv.slice(4)
const ISOLATES = 4
/** Requests until compilers have done their work, in four isolates: they still had not after 10,000 in each. */
const WARM_UP = 120_000
/** Requests of the mix that uses leases, before its rounds; they have as many at most. */
const LEASED = Math.max(WARM_UP, REQUESTS * (ROUNDS + 1))
const CONNECTIONS = 4
const EMPTY = 'export default { fetch: () => new Response("hello") }'
/** The least that a refusal can cost. */
const REFUSING =
  'export default { fetch: () => new Response("wait!", { status: 429, headers: { "retry-after": "30" } }) }'

interface Mix {
  readonly name: string
  readonly title: string
  readonly limit: LimitModel
  /** Requests before the first round that counts, when `WARM_UP` will not do. */
  readonly warmUp?: number
  /** The clients of a round, one request after the other. */
  clients(round: number): () => string
}

const address = (n: number): string =>
  `${20 + ((n >>> 24) & 63)}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`

/** Takes turns from a start that differs by round. */
const inTurn =
  (count: number) =>
  (round: number): (() => string) => {
    let n = round * 7919
    return () => address(n++ % count)
  }

/** The `n`-th of `count` clients is asked for in proportion to 1/n^0.8; the same sequence in every run. */
function createZipf(count: number): () => string {
  const ends: number[] = []
  let sum = 0
  for (let n = 1; n <= count; n++) {
    sum += n ** -0.8
    ends.push(sum)
  }
  let seed = 1
  return () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const drawn = (seed / 0x1_0000_0000) * sum
    let [low, high] = [0, count - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < drawn) low = middle + 1
      else high = middle
    }
    return address(low)
  }
}

const zipf = createZipf(5000)
let rotated = 0

const MIXES: readonly Mix[] = [
  {
    name: 'allowed',
    title: 'Allowed: 2,000 clients below a limit of 1,000 per minute',
    limit: createLimit({ requests_per_period: 1000 }),
    clients: inTurn(2000),
  },
  {
    name: 'blocked',
    title: 'Blocked: one client that is refused',
    limit: createLimit({ requests_per_period: 1, period: 3600, mitigation_timeout: 3600 }),
    clients: () => () => address(1),
  },
  {
    name: 'flood',
    title: 'Flood: one client, another one in each round, 100 requests per minute',
    limit: createLimit({ requests_per_period: 100, mitigation_timeout: 600 }),
    clients: (round) => () => address(round + 100),
  },
  {
    name: 'leased',
    title: 'Leases: 8 clients that have used their allowances up, below the limit',
    // Half of it is free, and used before the first round; the rounds use leases only.
    limit: createLimit({ requests_per_period: Math.ceil(LEASED / 4), period: 86_400 }),
    warmUp: LEASED,
    clients: inTurn(8),
  },
  {
    name: 'rotating',
    title: 'Rotating: a client never seen before with each request, 100 requests per minute',
    limit: createLimit({ requests_per_period: 100 }),
    clients: () => () => address(rotated++),
  },
  {
    name: 'mixed',
    title: 'Mixed: 5,000 clients, Zipf 0.8, 100 requests per minute, refused for a minute',
    limit: createLimit({ requests_per_period: 100, mitigation_timeout: 60 }),
    clients: () => zipf,
  },
]

const SCHEMES = ['empty', 'refusing', 'facts', 'leased', 'call', 'cached'] as const
const NAMES: Readonly<Record<(typeof SCHEMES)[number], string>> = {
  empty: 'empty Worker',
  refusing: 'empty Worker that answers 429',
  facts: 'reads who the client is, asks nobody',
  leased: 'Sallyport',
  call: 'one call per request',
  cached: 'one call per request, cache of refusals',
}

const code = await bundleLimitsWorker()
const running = new Set<Isolates>()

async function start(scheme: (typeof SCHEMES)[number], limit: LimitModel): Promise<Isolates> {
  const bare = scheme === 'empty' ? EMPTY : scheme === 'refusing' ? REFUSING : undefined
  const isolates = await startIsolates(
    bare === undefined ? { code, count: ISOLATES, scheme, limit } : { code: bare, count: ISOLATES },
  )
  running.add(isolates)
  return isolates
}

interface Contender {
  readonly isolates: Isolates
  readonly samples: Sample[]
}

function send(
  { isolates }: Contender,
  count: number,
  nextClient: () => string,
): Promise<Map<number, number>> {
  return loadClients({ ports: isolates.ports, count, connections: CONNECTIONS, nextClient })
}

/** One batch for each contender. */
async function runRound(contenders: readonly Contender[], mix: Mix, round: number): Promise<void> {
  for (let turn = 0; turn < contenders.length; turn++) {
    const contender = contenders[(round + turn) % contenders.length]
    if (contender === undefined) continue
    const { isolates, samples } = contender
    const calls = await isolates.calls()
    const cpu = isolates.cpu()
    const statuses = await send(contender, REQUESTS, mix.clients(round))
    const spent = isolates.cpu() - cpu
    samples.push({
      cpu: spent / REQUESTS,
      calls: ((await isolates.calls()) - calls) / (REQUESTS / 1000),
      passed: statuses.get(200) ?? 0,
      refused: statuses.get(429) ?? 0,
    })
  }
}

async function runMix(mix: Mix): Promise<void> {
  const contenders: Contender[] = []
  for (const scheme of SCHEMES) {
    const contender = { isolates: await start(scheme, mix.limit), samples: [] }
    contenders.push(contender)
    // Warms compilers up, and brings the counters to where the mix wants them.
    const count = scheme === 'leased' ? (mix.warmUp ?? WARM_UP) : WARM_UP
    await send(contender, count, mix.clients(0))
  }
  for (let round = 1; round <= ROUNDS; round++) await runRound(contenders, mix, round)
  console.log(`\n${mix.title}`)
  const floor = contenders[0]?.samples ?? []
  for (const [i, { isolates, samples }] of contenders.entries()) {
    isolates.stop()
    running.delete(isolates)
    console.log(formatRow(NAMES[SCHEMES[i] ?? 'empty'], samples, floor))
  }
  if (mix.name !== 'flood') return
  const passed = (contenders[SCHEMES.indexOf('leased')]?.samples ?? []).map((sample) => sample.passed)
  console.log(`Sallyport let through, of a limit of 100: ${spread(passed, 0)}; by round ${passed.join(' ')}`)
}

process.on('exit', () => {
  for (const isolates of running) isolates.stop()
})
process.on('SIGTERM', () => process.exit(1))
console.log(
  `CPU of bare workerd, µs per request: ${ISOLATES} isolates, one shard; ${ROUNDS} rounds of ${REQUESTS} requests`,
)
console.log(formatRow(undefined, [], []))
for (const mix of MIXES) if (CHOSEN.length === 0 || CHOSEN.includes(mix.name)) await runMix(mix)
process.exit(0)
