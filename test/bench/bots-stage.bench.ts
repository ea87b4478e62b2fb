/**
 * What the whole stage bots costs a request that is read already: identity, verification from memory, score, terms
 * of crawlers, clearance, decision. The policy is the default one in mode enforce, with a maze.
 *
 *   node test/bench/bots-stage.bench.ts [rounds]
 *
 * Cases take turns in every round. Read the minimum; the median tells how disturbed the run was. In workerd the
 * clock stands still during a request, so that a batch is one request that is timed from outside, less an empty one.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { BASELINE_MODULE } from '../../src/cli/local/bundle-worker.ts'
import { compile, siteRoute } from '../worker/open-edge.ts'
import { createCases } from './bots-stage-cases.ts'
import { type Timing, toTiming } from './prefix-variants.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 20)
const TIMES = 10_000

const bundle = await compile({
  'routes/a.yaml': siteRoute('http://127.0.0.1:9'),
  'bots.yaml': 'mode: enforce\nlabyrinth: {mode: enforce, link: true}\n',
})
const cases = await createCases(Uint8Array.from(bundle).buffer)

async function race(title: string, run: (index: number, times: number) => Promise<void>): Promise<void> {
  const samples = cases.map((): number[] => [])
  for (let round = -3; round < ROUNDS; round++) {
    const idle = await time(() => run(-1, 0))
    for (const [index] of cases.entries()) {
      const took = (await time(() => run(index, TIMES))) - idle
      if (round >= 0) samples[index]?.push(took / TIMES)
    }
  }
  report(
    title,
    cases.map(({ name }, index) => toTiming(name, samples[index] ?? [])),
  )
}

async function time(run: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint()
  await run()
  return Number(process.hrtime.bigint() - start)
}

function report(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}`)
  for (const { name, min, median } of timings) {
    const show = (nanoseconds: number): string => `${(nanoseconds / 1000).toFixed(2).padStart(8)} µs`
    console.log(`  ${name.padEnd(48)} min ${show(min)}  median ${show(median)}`)
  }
}

const entry = fileURLToPath(new URL('bots-stage-worker.ts', import.meta.url))
const { outputFiles } = await build({
  entryPoints: [entry],
  bundle: true,
  format: 'esm',
  write: false,
  external: ['*.bin'],
})
const code = (outputFiles[0]?.text ?? '').replaceAll('../../dist/baseline.bin', `./${BASELINE_MODULE}`)
const worker = await startWorkerd({ code, bundle })
try {
  await race(`Node ${process.version}`, async (index, times) => void cases[index]?.run(times))
  await race('workerd', async (index, times) => {
    const response = await fetch(`http://127.0.0.1:${worker.port}/?case=${index}&times=${times}`)
    if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`)
    await response.text()
  })
} finally {
  worker.stop()
}
