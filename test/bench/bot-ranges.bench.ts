/**
 * What verification data costs: an address among published ranges, a proof by DNS that is remembered, and, behind
 * everything, the cron and an isolate that takes what the cron wrote.
 *
 *   node test/bench/bot-ranges.bench.ts [rounds]
 *
 * Cases take turns in every round. Read the minimum; the median tells how disturbed the run was. In workerd the
 * clock stands still during a request, so that a batch is one request that is timed from outside, less an empty one.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createCases } from './bot-ranges-cases.ts'
import { type Timing, toTiming } from './prefix-variants.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 20)
/** Operations of one batch in workerd: an empty request has to be small beside it. */
const FACTOR = 10

function report(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}`)
  for (const { name, min, median } of timings) {
    const show = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(3).padStart(11)} µs`
    console.log(`  ${name.padEnd(46)} min ${show(min)}  median ${show(median)}`)
  }
}

type Run = (index: number, count: number) => Promise<unknown>

async function race(title: string, run: Run, factor: number, empty: () => Promise<number>): Promise<void> {
  const cases = createCases()
  const samples = cases.map((): number[] => [])
  for (let round = -3; round < ROUNDS; round++) {
    const idle = await empty()
    for (const [index, { count }] of cases.entries()) {
      const times = count * factor
      const start = process.hrtime.bigint()
      await run(index, times)
      const took = Number(process.hrtime.bigint() - start) - idle
      if (round >= 0) samples[index]?.push(took / times)
    }
  }
  report(
    title,
    cases.map(({ name }, index) => toTiming(name, samples[index] ?? [])),
  )
}

async function raceWorkerd(): Promise<void> {
  const entry = fileURLToPath(new URL('bot-ranges-worker.ts', import.meta.url))
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: 'esm', write: false })
  const worker = await startWorkerd({ code: outputFiles[0]?.text ?? '' })
  const call = async (query: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${worker.port}/${query}`)
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`)
    await response.text()
  }
  const empty = async (): Promise<number> => {
    const start = process.hrtime.bigint()
    await call('')
    return Number(process.hrtime.bigint() - start)
  }
  try {
    await race('workerd', (index, times) => call(`?case=${index}&times=${times}`), FACTOR, empty)
  } finally {
    worker.stop()
  }
}

const cases = createCases()
const runHere: Run = async (index, times) => {
  const chosen = cases[index]
  if (chosen?.count === 1) for (let i = 0; i < times; i++) await chosen.run(1)
  else await chosen?.run(times)
}
await race(`Node ${process.version}`, runHere, 1, async () => 0)
await raceWorkerd()
