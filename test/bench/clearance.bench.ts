/**
 * What challenges cost: to look at a clearance, to issue a challenge, to redeem one. In Node and in workerd.
 *
 *   node test/bench/clearance.bench.ts [rounds]
 *
 * Cases take turns in every round, so that a busy machine is busy for all of them. Read the minimum; the median tells
 * how disturbed the run was. In workerd the clock stands still during a request, so each batch is one request timed
 * from outside.
 */
import { build } from 'esbuild'
import { type Case, createCases } from './clearance-cases.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 30)
/** Calls before the first that counts. */
const WARM = 3000
const TIMES = { node: 200, workerd: 1000 }

async function race(title: string, cases: readonly Case[], times: number): Promise<void> {
  const samples = cases.map((): number[] => [])
  for (const { name, run } of cases) {
    if ((await run(WARM)) !== WARM) throw new Error(`${name}: not every call did what it should`)
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { run }] of cases.entries()) {
      const start = process.hrtime.bigint()
      await run(times)
      samples[index]?.push(Number(process.hrtime.bigint() - start) / 1000 / times)
    }
  }
  const base = Math.min(...(samples[0] ?? []))
  console.log(`\n${title.padEnd(36)}  min us  median us  net of facts`)
  for (const [index, { name }] of cases.entries()) {
    const sorted = (samples[index] ?? []).toSorted((a, b) => a - b)
    const min = sorted[0] ?? Number.NaN
    const median = sorted[sorted.length >> 1] ?? Number.NaN
    const columns = [
      min.toFixed(2).padStart(8),
      median.toFixed(2).padStart(11),
      (min - base).toFixed(2).padStart(14),
    ]
    console.log(`${name.padEnd(36)}${columns.join('')}`)
  }
}

async function raceWorkerd(): Promise<void> {
  const result = await build({
    entryPoints: [new URL('clearance-worker.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
  })
  const worker = await startWorkerd({ code: result.outputFiles[0]?.text ?? '' })
  try {
    const ask = async (query: Record<string, string>): Promise<unknown> =>
      (await fetch(`http://127.0.0.1:${worker.port}/?${new URLSearchParams(query)}`)).json()
    const names = await ask({})
    if (!Array.isArray(names)) throw new Error('workerd gave no list of cases')
    const cases = names.map(
      (name: unknown): Case => ({
        name: String(name),
        run: async (times) => Number(await ask({ name: String(name), times: String(times) })),
      }),
    )
    await race('workerd', cases, TIMES.workerd)
  } finally {
    worker.stop()
  }
}

await race(`Node ${process.version}`, await createCases(), TIMES.node)
await raceWorkerd()
