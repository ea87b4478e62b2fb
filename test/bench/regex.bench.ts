/**
 * Regular expressions: the plan, our linear engine alone, V8 on the expression as it is written, and re2js.
 * Run with `node test/bench/regex.bench.ts`. Batches of all variants are interleaved; the minimum and the
 * median are printed in nanoseconds per subject, with the ratio to the plan. V8 is left out where it would
 * not come back.
 */
import { RE2JS } from 're2js'
import { planRegex } from '../../src/lang/regex/plan-regex.ts'
import { createRegexTest } from '../../src/lang/regex/run-regex.ts'

const BATCHES = 15
/** A batch takes about this long; a variant that is slower runs once. */
const BATCH_NS = 1_000_000
/** Subjects are capped at this by default. */
const HOSTILE_BYTES = 8_192

const BENIGN = '/api/v1/users/12345/profile?sort=name&page=2'

interface Case {
  readonly source: string
  /** For V8: `source` without leading flags, and the flags. */
  readonly native: RegExp | undefined
  readonly hostile: string
}

const CASES: readonly Case[] = [
  { source: '^/api/v[0-9]+/', native: /^\/api\/v[0-9]+\//, hostile: `/api/v${'1'.repeat(HOSTILE_BYTES)}` },
  { source: '(?i)\\.\\./|%2e%2e', native: /\.\.\/|%2e%2e/i, hostile: '%2e'.repeat(HOSTILE_BYTES / 3) },
  { source: 'foo.*bar', native: /foo.*bar/, hostile: 'foo'.repeat(HOSTILE_BYTES / 3) },
  { source: '(?i)<script[^>]*>', native: /<script[^>]*>/i, hostile: '<script'.repeat(HOSTILE_BYTES / 7) },
  { source: '\\s+$', native: /\s+$/, hostile: `${' '.repeat(HOSTILE_BYTES)}x` },
  {
    source: '(?i)(?:union|select|insert|delete).*(?:from|into|where)',
    native: /(?:union|select|insert|delete).*(?:from|into|where)/i,
    hostile: 'select '.repeat(HOSTILE_BYTES / 7),
  },
  {
    source: '[^@]+@[^@]+\\.[^@]+$',
    native: /[^@]+@[^@]+\.[^@]+$/,
    hostile: `${'a.'.repeat(HOSTILE_BYTES / 2)}@`,
  },
  { source: '^(?:a+)+$', native: undefined, hostile: `${'a'.repeat(HOSTILE_BYTES)}!` },
  { source: 'x[ab]{40}y.*z', native: /x[ab]{40}y.*z/, hostile: 'xabba'.repeat(HOSTILE_BYTES / 5) },
]

interface Variant {
  readonly name: string
  readonly run: (subject: string) => boolean
  readonly times: number[]
}

let sink = 0

function timeOnce({ run }: Variant, subject: string, count: number): number {
  const start = process.hrtime.bigint()
  for (let i = 0; i < count; i++) sink += run(subject) ? 1 : 0
  return Number(process.hrtime.bigint() - start) / count
}

function measure(variants: readonly Variant[], subject: string): void {
  const counts = variants.map((variant) => {
    timeOnce(variant, subject, 1)
    return Math.max(1, Math.min(20_000, Math.round(BATCH_NS / timeOnce(variant, subject, 3))))
  })
  for (let batch = 0; batch < BATCHES; batch++)
    for (const [i, variant] of variants.entries())
      variant.times.push(timeOnce(variant, subject, counts[i] ?? 1))
}

function report(title: string, variants: readonly Variant[]): void {
  console.log(`  ${title}`)
  const sorted = variants.map(({ name, times }) => ({ name, times: times.toSorted((a, b) => a - b) }))
  const base = sorted[0]?.times[0] ?? 1
  for (const { name, times } of sorted) {
    const least = times[0] ?? 0
    const median = times[times.length >> 1] ?? 0
    const ratio = `${(least / base).toFixed(1)} x`
    console.log(
      `    ${name.padEnd(16)} min ${least.toFixed(0).padStart(11)} ns  median ${median.toFixed(0).padStart(11)} ns  ${ratio.padStart(11)}`,
    )
  }
}

function variantsOf({ source, native }: Case): { title: string; variants: () => Variant[] } {
  const planned = planRegex(source)
  if (!planned.ok) throw new Error(planned.message)
  const { plan } = planned
  const run = createRegexTest(plan)
  const linear = createRegexTest({ engine: 'linear', source })
  const re2 = RE2JS.compile(source)
  return {
    title: `${source}: ${plan.engine} ${plan.pattern ?? ''}`,
    variants: () => [
      { name: `plan (${plan.engine})`, run, times: [] },
      { name: 'ours, linear', run: linear, times: [] },
      ...(native ? [{ name: 'V8 as written', run: (text: string) => native.test(text), times: [] }] : []),
      { name: 're2js', run: (text) => re2.matcher(text).find(), times: [] },
    ],
  }
}

function benchPlanning(): void {
  const times: number[] = []
  for (let batch = 0; batch < BATCHES; batch++)
    for (const { source } of CASES) {
      const start = process.hrtime.bigint()
      sink += planRegex(source).ok ? 1 : 0
      times.push(Number(process.hrtime.bigint() - start) / 1e6)
    }
  times.sort((a, b) => a - b)
  console.log(
    `\nplanning one expression: median ${times[times.length >> 1]?.toFixed(2)} ms, most ${times.at(-1)?.toFixed(2)} ms`,
  )
}

for (const entry of CASES) {
  const { title, variants } = variantsOf(entry)
  console.log(`\n${title}`)
  for (const [name, subject] of [
    [`ordinary, ${BENIGN.length} bytes`, BENIGN],
    [`hostile, ${entry.hostile.length} bytes`, entry.hostile],
  ] as const) {
    const fresh = variants()
    measure(fresh, subject)
    report(name, fresh)
  }
}
benchPlanning()
console.log(`\n(check ${sink})`)
