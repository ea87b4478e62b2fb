/**
 * What visitors notice of a flood: the running stack of `npm start`, wrk as one client that floods, and forty visitors
 * from other addresses of whom one asks for a page every 50 ms, before the flood and during it.
 *
 *   node test/bench/flood.bench.ts [seconds of each part] [connections of wrk] [pause of each in milliseconds]
 *
 * Everything shares this machine: what wrk takes of it is missing elsewhere, which no real flood does. The same with
 * an empty Worker shows how much that is.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startStack } from '../../src/cli/local/stack.ts'
import { readPolicyFiles } from '../../src/cli/read-policy.ts'
import { startWorkerd } from './workerd-process.ts'

const SECONDS = Number(process.argv[2] ?? 10)
const CONNECTIONS = Number(process.argv[3] ?? 8)
/** Milliseconds that each connection of wrk waits between two requests: 0 takes all that the machine gives. */
const DELAY = Number(process.argv[4] ?? 3)
const PAUSE = 50
const HOST = 'app.sallyport.example'

interface Visit {
  readonly status: number
  readonly ms: number
}

let visits = 0

function visit(base: string, agent: Agent): Promise<Visit> {
  const visitor = 100 + (visits++ % 40)
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const sent = request(
      `${base}/`,
      { agent, headers: { host: HOST, 'sallyport-simulate': `ip=198.51.100.${visitor}; colo=FRA` } },
      (response) => {
        response.resume()
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, ms: performance.now() - started }),
        )
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

/** Visits for so many seconds; a visitor does not wait for one page to ask for the next. */
async function visitFor(base: string, seconds: number): Promise<readonly Visit[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  const visits: Promise<Visit>[] = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    visits.push(visit(base, agent))
    await sleep(PAUSE)
  }
  const done = await Promise.all(visits)
  agent.destroy()
  return done
}

/** wrk as one client; resolves to what it printed. */
function flood(base: string, seconds: number, script: string): Promise<string> {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '-s', script, `${base}/`]
  // What wrk takes of this machine, a real flood would not: it gets what the others leave.
  const child = spawn('nice', ['-n', '19', 'wrk', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let printed = ''
  child.stdout.setEncoding('utf8')
  child.stdout.on('data', (chunk: string) => {
    printed += chunk
  })
  return new Promise((resolve) => child.on('close', () => resolve(printed)))
}

const percentile = (visits: readonly Visit[], share: number): number => {
  const sorted = visits.map(({ ms }) => ms).sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function describe(name: string, visits: readonly Visit[], printed = ''): void {
  const failed = visits.filter(({ status }) => status !== 200).length
  const [p50, p99] = [percentile(visits, 0.5), percentile(visits, 0.99)]
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(printed)?.[1]
  console.log(
    `${name.padEnd(34)} ${visits.length} visits, ${failed} failed, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${
      rate === undefined ? '' : `, wrk ${rate} rps`
    }`,
  )
}

function writeScript(path: string, client: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'flood-')), 'flood.lua')
  writeFileSync(
    file,
    `wrk.path = "${path}"\nwrk.headers["Host"] = "${HOST}"\nwrk.headers["Sallyport-Simulate"] = "ip=${client}; colo=FRA"\n${DELAY > 0 ? `function delay() return ${DELAY} end\n` : ''}`,
  )
  return file
}

/** Three rounds without and with a flood. */
async function measure(base: string): Promise<void> {
  await visitFor(base, 3)
  const before: Visit[] = []
  const during: Visit[] = []
  for (let round = 0; round < 3; round++) {
    before.push(...(await visitFor(base, SECONDS)))
    const [visits, printed] = await Promise.all([
      visitFor(base, SECONDS),
      flood(base, SECONDS + 1, writeScript('/', `198.51.100.${round + 1}`)),
    ])
    during.push(...visits)
    describe(`round ${round + 1}, during the flood`, visits, printed)
  }
  describe('before', before)
  describe('during', during)
  const ratio = (share: number): string => (percentile(during, share) / percentile(before, share)).toFixed(2)
  console.log(`p50 × ${ratio(0.5)}, p90 × ${ratio(0.9)}, p99 × ${ratio(0.99)} during the flood\n`)
}

async function main(): Promise<void> {
  if (spawnSync('wrk', ['-v']).error) {
    console.log('wrk is not installed: skipped.')
    return
  }
  console.log('An empty Worker, as a yardstick: what the flood takes of the machine.')
  const empty = await startWorkerd({ code: 'export default { fetch: () => new Response("hello") }' })
  await measure(`http://127.0.0.1:${empty.port}`)
  empty.stop()
  console.log('The running stack.')
  const stack = await startStack({ policy: await readPolicyFiles('rules'), onDecision: () => {} })
  try {
    await measure(stack.edge)
    const health = await fetch(`${stack.edge}/.sallyport/health`)
    const { limits } = (await health.json()) as { limits: Readonly<Record<string, number>> }
    console.log(`limits: ${JSON.stringify(limits)}`)
  } finally {
    await stack.stop()
  }
}

await main()
process.exit(0)
