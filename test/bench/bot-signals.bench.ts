/**
 * What the signals of one request cost, with everything that is read for them, in Node and in workerd.
 *
 *   node test/bench/bot-signals.bench.ts [rounds]
 *
 * Kinds take turns in every round. Read the minimum; the median tells how disturbed the run was. In workerd the clock
 * stands still during a request, so each batch is one request timed from outside, less one that scores nothing.
 */
import { build } from 'esbuild'
import { KINDS, scoreMany } from './bot-signals-requests.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 30)
const TIMES = 3000
const WARM = 30_000
const root = new URL('../..', import.meta.url).pathname

type Run = (kind: string, times: number) => Promise<unknown>

const elapsed = async (run: Run, kind: string, times: number): Promise<number> => {
  const start = process.hrtime.bigint()
  await run(kind, times)
  return Number(process.hrtime.bigint() - start) / 1000
}

async function race(title: string, run: Run): Promise<void> {
  const kinds = Object.keys(KINDS)
  const samples = new Map(kinds.map((kind) => [kind, [] as number[]]))
  for (const kind of kinds) await run(kind, kind.startsWith('hostile') ? WARM / 10 : WARM)
  let nothing = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    for (const kind of kinds) {
      // Its own minimum is taken off: a difference of two noisy times has a minimum that means nothing.
      nothing = Math.min(nothing, await elapsed(run, kind, 0))
      samples.get(kind)?.push(await elapsed(run, kind, TIMES))
    }
  }
  console.log(`\n${title.padEnd(44)}min µs   median µs   × a navigation (min)`)
  const each = (time: number | undefined): number => ((time ?? Number.NaN) - nothing) / TIMES
  const base = each(Math.min(...(samples.get(kinds[0] ?? '') ?? [])))
  for (const [kind, times] of samples) {
    const sorted = times.toSorted((a, b) => a - b)
    const min = each(sorted[0])
    const median = each(sorted[sorted.length >> 1])
    console.log(
      `  ${kind.padEnd(40)}${min.toFixed(2).padStart(8)}${median.toFixed(2).padStart(12)}${(min / base).toFixed(1).padStart(16)}`,
    )
  }
}

await race(`Node ${process.version}`, async (kind, times) => scoreMany(kind, times))

const built = await build({
  entryPoints: [`${root}/test/bench/bot-signals-worker.ts`],
  bundle: true,
  write: false,
  format: 'esm',
  target: 'es2024',
  logLevel: 'error',
})
const workerd = await startWorkerd({ code: built.outputFiles[0]?.text ?? '' })
try {
  await race('workerd', async (kind, times) => {
    const query = new URLSearchParams({ kind, times: String(times) })
    const response = await fetch(`http://127.0.0.1:${workerd.port}/?${query}`)
    if (!response.ok) throw new Error(await response.text())
    return response.text()
  })
} finally {
  workerd.stop()
}
