/**
 * Rules: one request through 100 of them, and the start of an isolate with 1,000. Run with
 * `node test/bench/rules.bench.ts`. Batches of all variants are interleaved; minimum and median are printed.
 * The cold load is timed in processes of its own, in which nothing has been compiled yet.
 */
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import type { LogicalNode } from '../../src/lang/ast.ts'
import { compileProgram } from '../../src/lang/compile.ts'
import { parseFilter } from '../../src/lang/parse-filter.ts'
import type { Program } from '../../src/lang/program.ts'
import { CLASSES, createFacts, ENVIRONMENT, type Facts, SCHEME, typicalRules } from './typical-rules.ts'
import { startWorkerd } from './workerd-process.ts'

const BATCHES = 40
const RULES = 100
const COLD_PROCESSES = 9
/** Requests in one call of workerd, whose clock stands still within it. */
const WORKERD_TIMES = 10_000
const WORKERD_BATCHES = 12

function parse(text: string): LogicalNode {
  const parsed = parseFilter(text, SCHEME)
  if (!parsed.ok) throw new Error(`${text}: ${parsed.error.message}`)
  // As it arrives: plain JSON without spans.
  return JSON.parse(JSON.stringify(parsed.node, (key, value) => (key === 'span' ? undefined : value)))
}

interface Variant {
  readonly name: string
  readonly rules: number
  run(facts: Facts): number
  readonly times: number[]
}

function runAll(program: Program<Facts>, count: number): (facts: Facts) => number {
  const tests = Array.from({ length: count }, (_, i) => program.filter(i))
  return (facts) => {
    const frame = program.start(facts)
    let matched = 0
    for (const test of tests) if (test(frame)) matched++
    return matched
  }
}

function shared(name: string, texts: readonly string[]): Variant {
  const program = compileProgram(ENVIRONMENT, texts.map(parse))
  return { name, rules: texts.length, run: runAll(program, texts.length), times: [] }
}

/** Each rule its own program, so that nothing is shared between rules. */
function apart(name: string, texts: readonly string[]): Variant {
  const runs = texts.map((text) => runAll(compileProgram(ENVIRONMENT, [parse(text)]), 1))
  return {
    name,
    rules: texts.length,
    run: (facts) => runs.reduce((sum, run) => sum + run(facts), 0),
    times: [],
  }
}

let sink = 0

function measure(variants: readonly Variant[]): void {
  for (let batch = 0; batch < BATCHES; batch++) {
    for (const { run, times } of variants) {
      const requests = Array.from({ length: 200 }, createFacts)
      const start = process.hrtime.bigint()
      for (const facts of requests) sink += run(facts)
      times.push(Number(process.hrtime.bigint() - start) / requests.length)
    }
  }
}

function report(variants: readonly Variant[]): void {
  const base = Math.min(...(variants[0]?.times ?? [1]))
  for (const { name, rules, times } of variants) {
    const sorted = times.toSorted((a, b) => a - b)
    const least = sorted[0] ?? 0
    const median = sorted[sorted.length >> 1] ?? 0
    const columns = [
      name.padEnd(36),
      `min ${(least / 1000).toFixed(2).padStart(6)} us`,
      `median ${(median / 1000).toFixed(2).padStart(6)} us`,
      `${(least / rules).toFixed(0).padStart(5)} ns/rule`,
      `${(least / base).toFixed(2).padStart(6)} x`,
    ]
    console.log(`  ${columns.join('  ')}`)
  }
}

function benchRequests(): void {
  const texts = typicalRules(RULES)
  const mixed = [shared(`${RULES} typical rules`, texts), apart('the same, nothing shared', texts)]
  const classes = Object.entries(CLASSES).map(([name, rule]) =>
    shared(
      name,
      Array.from({ length: RULES }, (_, n) => rule(n)),
    ),
  )
  const variants = [...mixed, ...classes]
  for (const { name, run } of variants) {
    const matched = run(createFacts())
    if (matched > 0) throw new Error(`${name}: ${matched} rules match`)
  }
  measure(variants)
  console.log(`\none request, no rule matches`)
  report(variants)
}

function benchColdLoad(): void {
  const input = JSON.stringify(typicalRules(1000).map(parse))
  const script = new URL('rules-cold.ts', import.meta.url).pathname
  const runs = Array.from({ length: COLD_PROCESSES }, () => {
    const { stdout } = spawnSync(process.execPath, [script], { input, encoding: 'utf8', maxBuffer: 1 << 24 })
    return JSON.parse(stdout) as Readonly<Record<string, number>>
  })
  console.log(`\ncold load of 1,000 rules, ${(input.length / 1024).toFixed(0)} KiB of JSON, fresh processes`)
  for (const step of Object.keys(runs[0] ?? {})) {
    const times = runs.map((run) => run[step] ?? 0).toSorted((a, b) => a - b)
    const [least, median] = [times[0] ?? 0, times[times.length >> 1] ?? 0]
    console.log(
      `  ${step.padEnd(36)}  min ${least.toFixed(1).padStart(5)} ms  median ${median.toFixed(1).padStart(5)} ms`,
    )
  }
}

async function bundleWorker(nodes: readonly LogicalNode[]): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('rules-worker.ts', import.meta.url).pathname],
    bundle: true,
    format: 'esm',
    write: false,
    define: { RULES: JSON.stringify(nodes) },
  })
  return outputFiles[0]?.text ?? ''
}

/** Microseconds of one request: the time of many, without that of making their facts. */
async function benchWorkerd(): Promise<void> {
  const workerd = await startWorkerd({ code: await bundleWorker(typicalRules(RULES).map(parse)) })
  const time = async (what: string): Promise<number> => {
    const start = process.hrtime.bigint()
    const response = await fetch(`http://127.0.0.1:${workerd.port}/?what=${what}&times=${WORKERD_TIMES}`)
    if ((await response.json()) !== 0) throw new Error('a rule matches in workerd')
    return Number(process.hrtime.bigint() - start) / WORKERD_TIMES / 1000
  }
  try {
    const rules: number[] = []
    const facts: number[] = []
    for (let batch = 0; batch < WORKERD_BATCHES; batch++) {
      rules.push(await time('rules'))
      facts.push(await time('facts'))
    }
    const least = Math.min(...rules) - Math.min(...facts)
    console.log(`\nworkerd: ${RULES} typical rules, min ${least.toFixed(2)} us a request`)
    console.log(`  (with the making of its facts ${Math.min(...rules).toFixed(2)} us)`)
  } finally {
    workerd.stop()
  }
}

benchRequests()
benchColdLoad()
await benchWorkerd()
console.log(`\n(check ${sink})`)
