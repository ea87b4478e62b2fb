/**
 * What Web Bot Auth costs: a signed request beside http-message-sig and the bare cryptography, and a request that is
 * not signed.
 *
 *   node test/bench/web-bot-auth.bench.ts [rounds]
 *
 * Contenders take turns in every round. Read the minimum; the median and the spread tell how disturbed the run was.
 * In workerd the clock stands still during a request, so each batch is one request timed from outside.
 */
import { build } from 'esbuild'
import { type Contender, createContenders } from './web-bot-auth-contenders.ts'
import { startWorkerd } from './workerd-process.ts'

const ROUNDS = Number(process.argv[2] ?? 30)
const root = new URL('../..', import.meta.url).pathname

/** Calls of one batch: as many as take a few milliseconds. */
function timesOf(name: string): number {
  if (/^(claims|verification)/.test(name)) return 100_000
  return name.startsWith('refused') ? 500 : 100
}

async function race(title: string, contenders: readonly Contender[]): Promise<void> {
  const samples = contenders.map((): number[] => [])
  for (const { name, run } of contenders) await run(timesOf(name) * 5)
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, { name, run }] of contenders.entries()) {
      const times = timesOf(name)
      const start = process.hrtime.bigint()
      await run(times)
      samples[index]?.push(Number(process.hrtime.bigint() - start) / 1000 / times)
    }
  }
  const sorted = samples.map((own) => own.toSorted((a, b) => a - b))
  console.log(`\n${title.padEnd(44)}min µs   median      p90   × ours (min)`)
  for (const [index, { name }] of contenders.entries()) {
    const own = sorted[index] ?? []
    const [group = ''] = name.split(':')
    const ours = sorted[contenders.findIndex((other) => other.name === `${group}: ours`)]?.[0]
    const [min = Number.NaN] = own
    const cells = [min, own[own.length >> 1], own[Math.floor(own.length * 0.9)]]
    const numbers = cells.map((cell = Number.NaN) => cell.toFixed(min < 10 ? 3 : 1).padStart(9)).join('')
    console.log(`  ${name.padEnd(38)}${numbers}${ours ? (min / ours).toFixed(2).padStart(12) : ''}`)
  }
}

const ENTRY = `
import { createContenders } from './test/bench/web-bot-auth-contenders.ts'
let contenders
export default {
  async fetch(request) {
    const { searchParams } = new URL(request.url)
    if (!searchParams.has('times')) return new Response()
    contenders ??= await createContenders()
    await contenders.find(({ name }) => name === searchParams.get('name'))?.run(Number(searchParams.get('times')))
    return Response.json(contenders.map(({ name }) => name))
  },
}
`

async function raceWorkerd(): Promise<void> {
  const { outputFiles } = await build({
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    write: false,
  })
  const worker = await startWorkerd({ code: outputFiles[0]?.text ?? '' })
  const call = async (name: string, times: number): Promise<unknown> => {
    const query = new URLSearchParams({ name, times: String(times) })
    return (await fetch(`http://127.0.0.1:${worker.port}/?${query}`)).json()
  }
  try {
    const names = await call('', 0)
    if (!Array.isArray(names)) throw new Error('workerd gave no list of contenders')
    const contenders = names.map(String).map((name) => ({
      name,
      run: async (times: number) => {
        await call(name, times)
      },
    }))
    await race('workerd (with the request of each batch)', contenders)
  } finally {
    worker.stop()
  }
}

await race(`Node ${process.version}`, await createContenders())
await raceWorkerd()
