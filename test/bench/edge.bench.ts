/**
 * What the edge costs: CPU of bare workerd per request, against an empty Worker and a plain forward.
 *
 *   node test/bench/edge.bench.ts [rounds] [requests per round]
 *
 * Contenders take turns in every round. Ratios are of each round's own plain forward; read their median.
 * Linux only: CPU time is read from /proc.
 */
import { bundleWorker } from '../../src/cli/local/bundle-worker.ts'
import { createLocalKeys } from '../../src/cli/local/keys.ts'
import { loadPolicy } from '../../src/policy/load-policy.ts'
import { load, startBlindOrigin } from './load.ts'
import { startWorkerd, type WorkerdProcess } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 7)
const REQUESTS = Number(process.argv[3] ?? 6000)
const CONNECTIONS = 16

/** A browser's navigation. */
const REQUEST = [
  'GET /products/42?colour=blue&size=m HTTP/1.1',
  'Host: app.example',
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
  'Accept-Encoding: gzip, deflate, br, zstd',
  'Cookie: session=8f14e45fceea167a5a36dedd4bea2543; theme=dark',
  'Referer: https://app.example/products',
  'Sec-Fetch-Dest: document',
  'Sec-Fetch-Mode: navigate',
  'Sec-Fetch-Site: same-origin',
  '\r\n',
].join('\r\n')

const EMPTY = 'export default { fetch: () => new Response("hello") }'
const FORWARD = (origin: string): string => `export default {
  fetch(request) {
    const url = new URL(request.url)
    return fetch("${origin}" + url.pathname + url.search, request)
  },
}`

const policy = (origin: string, limits: string, more: readonly [string, string][]): Map<string, string> =>
  new Map([
    [
      'routes/site.yaml',
      `routes:\n  - {id: site, hosts: [app.example], path: /, forward: {origin: "${origin}"}}\n`,
    ],
    ['settings.yaml', 'records_per_second: 10\n'],
    [
      'access.yaml',
      'guards:\n  - {id: blocked, unlisted: pass, deny: {cidrs: [192.0.2.0/24, 203.0.113.0/24], asns: [64496]}}\n  - {id: admin, paths: [/admin], allow: {cidrs: [10.0.0.0/8]}}\n',
    ],
    ['limits.yaml', limits],
    ...more,
  ])

const LOGIN =
  'limits:\n  - {id: login, paths: [{exact: /login}], characteristics: [ip.src], period: 60s, requests_per_period: 5}\n'
const COUNTED =
  'limits:\n  - {id: all, characteristics: [ip.src], period: 10s, requests_per_period: 10000000}\n'
const BLOCKED =
  'limits:\n  - {id: all, characteristics: [ip.src], period: 3600s, requests_per_period: 1, mitigation_timeout: 3600s}\n'

const BOTS: readonly [string, string][] = [
  ['bots.yaml', 'mode: enforce\nlabyrinth: {mode: enforce, link: true}\n'],
]

async function startEdge(
  origin: string,
  limits: string,
  more: readonly [string, string][] = [],
): Promise<WorkerdProcess> {
  const loaded = await loadPolicy(policy(origin, limits, more))
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems))
  return startWorkerd({
    code: await bundleWorker('local'),
    bundle: loaded.bundle,
    bindings: { SALLYPORT_KEYS: createLocalKeys().edge, COUNTER_SHARDS: '4' },
    counters: true,
  })
}

const { port, server } = await startBlindOrigin()
const origin = `http://127.0.0.1:${port}`
const contenders: [name: string, workerd: WorkerdProcess][] = [
  ['empty Worker', await startWorkerd({ code: EMPTY })],
  ['plain forward', await startWorkerd({ code: FORWARD(origin) })],
  ['Sallyport: vetted, signed, forwarded', await startEdge(origin, LOGIN)],
  ['Sallyport, and who the client is', await startEdge(origin, LOGIN, BOTS)],
  ['Sallyport with one exact limit (a call each)', await startEdge(origin, COUNTED)],
  ['Sallyport refusing a blocked client', await startEdge(origin, BLOCKED)],
]
const FLOOR = 1

const costs: number[][] = contenders.map(() => [])
for (let round = -1; round < ROUNDS; round++) {
  for (const [i, [, workerd]] of contenders.entries()) {
    const before = workerd.cpu()
    await load(workerd.port, REQUEST, REQUESTS, CONNECTIONS)
    // The first round warms the compilers up and is not counted.
    if (round >= 0) costs[i]?.push((workerd.cpu() - before) / REQUESTS)
  }
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
console.log(
  `CPU of bare workerd, µs per request: ${ROUNDS} rounds of ${REQUESTS} requests, ${CONNECTIONS} connections`,
)
console.log(
  `${''.padEnd(46)}${'min'.padStart(8)}${'median'.padStart(8)}${'max'.padStart(8)}${'× plain forward (median, min–max)'.padStart(38)}`,
)
for (const [i, [name]] of contenders.entries()) {
  const own = costs[i] ?? []
  const ratios = own.map((cost, round) => cost / (costs[FLOOR]?.[round] ?? Number.NaN))
  const cells = [Math.min(...own), median(own), Math.max(...own)]
    .map((cost) => cost.toFixed(0).padStart(8))
    .join('')
  console.log(
    `${name.padEnd(46)}${cells}${`${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)})`.padStart(38)}`,
  )
}

for (const [, workerd] of contenders) workerd.stop()
server.close()
process.exit(0)
