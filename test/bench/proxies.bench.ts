/**
 * What the check costs at each load balancer: CPU of its processes, the verifier's included, per request, with the
 * check and without.
 *
 *   node test/bench/proxies.bench.ts [rounds] [requests per round]
 *
 * Both take turns in every round, on the same signed stream over the same number of kept connections. Each signature
 * is used once. Read the difference of the minima; the median of each round's own difference and the quartiles tell
 * how disturbed the run was. Linux only. SALLYPORT_PROXIES=haproxy,node chooses.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatAttempt } from '../../src/cli/doctor/attempt.ts'
import { formatKeySet } from '../../src/signature/keys.ts'
import { listProxies } from '../proxies/all.ts'
import { startProcess } from '../proxies/processes.ts'
import type { ProxyRun, RunningProxy } from '../proxies/setup.ts'
import { openDesk } from '../proxies/test-desk.ts'
import { HMAC_KEY } from '../signature/keys-fixture.ts'
import { startBlindOrigin } from './load.ts'
import { readCpu, withChildren } from './process-cpu.ts'
import { sendEach } from './send-each.ts'
import { freePort } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 11)
const REQUESTS = Number(process.argv[3] ?? 3000)
const CONNECTIONS = 16
const KEYS = { keys: [HMAC_KEY] }

/** Microseconds of CPU that the check may add to a request. */
const GOALS: Readonly<Record<string, number>> = {
  haproxy: 14,
  'nginx-lua': 16,
  'nginx-njs': 35,
  node: 12,
  'nginx-auth-request': 60,
  caddy: 110,
}

interface Started {
  readonly port: number
  readonly pids: readonly number[]
  stop(): Promise<void>
}

interface Contender {
  readonly name: string
  readonly off: Started
  readonly on: Started
}

function sign(port: number, count: number): Buffer[] {
  const desk = openDesk(`127.0.0.1:${port}`)
  return Array.from({ length: count }, () => Buffer.from(formatAttempt(desk.sign()), 'latin1'))
}

/** Microseconds of CPU per request. */
async function measure({ port, pids }: Started): Promise<number> {
  const requests = sign(port, REQUESTS)
  const each = Math.ceil(REQUESTS / CONNECTIONS)
  const shares = Array.from({ length: CONNECTIONS }, (_, i) => requests.slice(i * each, (i + 1) * each))
  const all = withChildren(pids)
  const before = readCpu(all)
  await Promise.all(shares.filter((share) => share.length > 0).map((share) => sendEach(port, share)))
  return (readCpu(all) - before) / 1000 / REQUESTS
}

async function startOne(
  start: (run: ProxyRun) => Promise<RunningProxy>,
  name: string,
  originPort: number,
): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), `sallyport-bench-${name}-`))
  const port = await freePort()
  const { pids, stop } = await start({ folder, port, originPort, keys: KEYS, unsigned: [] })
  return {
    port,
    pids,
    async stop() {
      await stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const startNode =
  (door: 'on' | 'off') =>
  async ({ folder, port }: ProxyRun): Promise<RunningProxy> => {
    const main = new URL('proxies-node.ts', import.meta.url).pathname
    const args = [main, String(port), door, formatKeySet(KEYS)]
    const { pid, stop } = await startProcess(process.execPath, args, { folder, listens: port })
    return { pids: [pid], stop }
  }

async function startAll(originPort: number): Promise<Contender[]> {
  const contenders: Contender[] = []
  const only = process.env.SALLYPORT_PROXIES?.split(',')
  for (const proxy of listProxies()) {
    if (!proxy.isInstalled()) console.log(`${proxy.name}: not installed`)
    else
      contenders.push({
        name: proxy.name,
        off: await startOne((run) => proxy.startPlain(run), proxy.name, originPort),
        on: await startOne((run) => proxy.start(run), proxy.name, originPort),
      })
  }
  if (only?.includes('node') ?? true)
    contenders.push({
      name: 'node',
      off: await startOne(startNode('off'), 'node', originPort),
      on: await startOne(startNode('on'), 'node', originPort),
    })
  return contenders
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function report(name: string, off: readonly number[], on: readonly number[]): string {
  const added = on.map((value, round) => value - (off[round] ?? Number.NaN)).toSorted((a, b) => a - b)
  const least = Math.min(...on) - Math.min(...off)
  const goal = GOALS[name]
  const cells = [
    Math.min(...off),
    Math.min(...on),
    least,
    quantile(added, 0.5),
    quantile(added, 0.25),
    quantile(added, 0.75),
  ].map((value) => value.toFixed(1).padStart(10))
  const verdict = goal === undefined ? '' : `  goal ${goal}: ${least <= goal ? 'met' : 'MISSED'}`
  return `${name.padEnd(20)}${cells.join('')}${verdict}`
}

const { port: originPort, server } = await startBlindOrigin()
const contenders = await startAll(originPort)
const samples = new Map(contenders.map(({ name }) => [name, { off: [] as number[], on: [] as number[] }]))
try {
  // Memories of nonces refuse what was signed before they began.
  await new Promise((resolve) => setTimeout(resolve, 5000))
  for (const { off, on } of contenders) for (const side of [off, on]) await measure(side)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { name, off, on } of contenders) {
      const sample = samples.get(name)
      const turns = [
        ['off', off],
        ['on', on],
      ] as const
      for (const [side, started] of round % 2 === 0 ? turns : turns.toReversed())
        sample?.[side].push(await measure(started))
    }
  }
  const titles = ['off min', 'on min', 'added', 'median', 'lower q', 'upper q'].map((title) =>
    title.padStart(10),
  )
  console.log(
    `${ROUNDS} rounds of ${REQUESTS} requests; µs of CPU per request\n${' '.repeat(20)}${titles.join('')}`,
  )
  for (const [name, { off, on }] of samples) console.log(report(name, off, on))
} finally {
  await Promise.all(contenders.flatMap(({ off, on }) => [off.stop(), on.stop()]))
  server.close()
}
