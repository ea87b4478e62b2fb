/**
 * How long the challenge page computes in a real Chromium, from its first worker to its answer.
 *
 *   node test/bench/challenge-solve.bench.ts [runs]
 *
 * Time on a busy machine says little: hashes say how lucky the runs were, which is what sixteen puzzles are for.
 */
import type { Page } from 'playwright-core'
import { openBrowser } from '../browser/browser.ts'
import { openSite } from '../browser/challenge-site.ts'
import { hasChromium } from '../browser/chromium.ts'
import { MODEL } from '../ingress/challenge/open-challenge.ts'

const RUNS = Number(process.argv[2] ?? 100)
/** The first number that the page tries for each puzzle. */
const FIRST = 10_000_000
const BITS = [12, 16]
const WORKERS = [1, 2]

interface Run {
  readonly ms: number
  readonly hashes: number
}

/** In the page, before its own script: so many processors, and times taken. */
function watch(workers: number): string {
  return `Object.defineProperty(Navigator.prototype, 'hardwareConcurrency', { get: () => ${workers} })
  sessionStorage.clear()
  let start = 0
  const Own = Worker
  window.Worker = class extends Own { constructor(url) { start ||= performance.now(); super(url) } }
  const send = fetch
  window.fetch = (url, init) => {
    const solution = init.body.get('solution').split('.').map(Number)
    window.solved({ ms: performance.now() - start, hashes: solution.reduce((sum, n) => sum + n - ${FIRST} + 1, 0) })
    return new Promise(() => {})
  }`
}

/** Opens the page once and gives what it did. */
async function createSolver(page: Page): Promise<(url: string) => Promise<Run>> {
  let take: (run: Run) => void = () => {}
  await page.exposeFunction('solved', (run: Run) => take(run))
  return async (url) => {
    const run = new Promise<Run>((resolve) => {
      take = resolve
    })
    await page.goto(url)
    return run
  }
}

function describe(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  return { p50: at(0.5), p99: at(0.99) }
}

function report(bits: number, workers: number, runs: readonly Run[]): void {
  const time = describe(runs.map(({ ms }) => ms))
  const work = describe(runs.map(({ hashes }) => hashes))
  const rate = describe(runs.map(({ ms, hashes }) => hashes / ms / 1000))
  const columns = [
    `${bits} bits`,
    `${workers} worker${workers > 1 ? 's' : ''}`,
    `time p50 ${time.p50.toFixed(0)} ms, p99 ${time.p99.toFixed(0)} ms, p99/p50 ${(time.p99 / time.p50).toFixed(2)}`,
    `hashes p50 ${(work.p50 / 1000).toFixed(0)} k, p99/p50 ${(work.p99 / work.p50).toFixed(2)}`,
    `${rate.p50.toFixed(2)} MH/s`,
  ]
  console.log(columns.join('   '))
}

if (hasChromium) {
  const browser = await openBrowser()
  console.log(`Chromium ${browser.version()}, ${RUNS} runs each`)
  for (const bits of BITS) {
    const site = await openSite({ level: 2, model: { ...MODEL, bits: { least: bits, most: bits } } })
    for (const workers of WORKERS) {
      const page = await (await browser.newContext()).newPage()
      await page.addInitScript(watch(workers))
      const solve = await createSolver(page)
      const runs: Run[] = []
      for (let i = 0; i < RUNS; i++) runs.push(await solve(`${site.url}/page?run=${i}`))
      report(bits, workers, runs)
      await page.context().close()
    }
    await site.close()
  }
  await browser.close()
}
