/**
 * What a page of the maze costs, and what the maze costs everybody else, in Node and in workerd; and robots.txt.
 *
 *   node test/bench/labyrinth.bench.ts [rounds]
 *
 * Contenders take turns. In workerd the clock stands still during a request, so each batch is one request timed from
 * outside; an empty one is taken off. Read the minimum; the median tells how disturbed the run was.
 */
import { build } from 'esbuild'
import { writeRobots } from '../../src/ingress/bots/crawlers/write-robots.ts'
import { AGENTS } from '../../src/policy/bots/catalogue/agents.ts'
import { crawlersOf, DENY } from '../ingress/bots/crawlers/policy-fixture.ts'
import { createWork, type Work } from './labyrinth-worker.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 30)
const TIMES: Readonly<Record<Work, number>> = {
  page: 300,
  'page-stranger': 300,
  link: 1000,
  check: 100_000,
  visits: 20_000,
}
const NAMES = Object.keys(TIMES) as Work[]

type Run = (name: Work, times: number) => unknown

async function race(title: string, run: Run): Promise<void> {
  const samples = new Map(NAMES.map((name) => [name, [] as number[]]))
  const time = async (name: Work, times: number): Promise<number> => {
    const start = process.hrtime.bigint()
    await run(name, times)
    return Number(process.hrtime.bigint() - start) / 1000
  }
  for (const name of NAMES) for (let i = 0; i < 5; i++) await run(name, TIMES[name])
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of NAMES) {
      const empty = await time(name, 0)
      const full = await time(name, TIMES[name])
      samples.get(name)?.push((full - empty) / TIMES[name])
    }
  }
  console.log(`\n${title.padEnd(30)}min µs   median µs   p90 µs`)
  for (const [name, list] of samples) {
    const sorted = list.toSorted((a, b) => a - b)
    const at = (share: number): string =>
      (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(2)
    console.log(`  ${name.padEnd(26)}${at(0).padStart(8)}${at(0.5).padStart(12)}${at(0.9).padStart(9)}`)
  }
}

async function raceWorkerd(): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [new URL('./labyrinth-worker.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  const workerd = await startWorkerd({ code: outputFiles[0]?.text ?? '' })
  try {
    await race('workerd', (name, times) =>
      fetch(`http://127.0.0.1:${workerd.port}/?${new URLSearchParams({ name, times: String(times) })}`).then(
        (r) => r.text(),
      ),
    )
  } finally {
    workerd.stop()
  }
}

function timeRobots(): void {
  const model = crawlersOf({ 'ai-train': DENY, 'ai-data-broker': DENY, scanner: DENY })
  const rules = Array.from({ length: 100 }, (_, i) => `Disallow: /section-${i}/*?sort=`).join('\n')
  const origin = `User-agent: *\n${rules}\nUser-agent: GPTBot\nAllow: /\nSitemap: https://a.example/map.xml\n`
  const samples: number[] = []
  for (let i = 0; i < 100; i++) {
    const start = process.hrtime.bigint()
    writeRobots(model, AGENTS, '/catalogue/', origin)
    samples.push(Number(process.hrtime.bigint() - start) / 1000)
  }
  samples.sort((a, b) => a - b)
  console.log(
    `\nrobots.txt of ${AGENTS.length} agents and 100 rules of the origin: min ${samples[0]?.toFixed(0)} µs, median ${samples[50]?.toFixed(0)} µs`,
  )
}

const work = createWork()
await race(`Node ${process.version}`, (name, times) => work[name](times))
await raceWorkerd()
timeRobots()
