/**
 * `npm run sim -- cost`: dollars for a traffic shape and the prices of a plan.
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander'
import {
  estimateCost,
  mixUsage,
  PRICES,
  type Prices,
  renderCosts,
  USAGE_OF_KV,
  type Usage,
  usageOfCalls,
  usageOfNaive,
} from './cost.ts'
import { findScenario, type Scenario } from './scenarios.ts'
import { findScheme } from './schemes/list.ts'
import { simulate } from './simulate.ts'
import { createTraffic } from './traffic.ts'

interface Part {
  readonly scenario: Scenario
  readonly share: number
}

interface CostOptions extends Record<`price${string}`, number | undefined> {
  readonly requests: number
  readonly cpuMs: number
  readonly mix: readonly Part[]
  readonly calls?: number
  readonly seed: number
  readonly json?: boolean
}

const PRICE_TEXTS: Readonly<Record<keyof Prices, string>> = {
  requests: 'a million requests of the Worker',
  cpu: 'a million milliseconds of its CPU time',
  calls: 'a million calls of Durable Objects',
  duration: 'a million GB-seconds of Durable Objects',
  rows: 'a million rows written',
  kvReads: 'a million reads of KV',
}

export function addCostCommand(program: Command): void {
  const command = program
    .command('cost')
    .description('estimates what counting costs')
    .option('--requests <number>', 'requests to pay for', readAmount, 1e9)
    .option('--cpu-ms <number>', 'CPU time of the Worker for a request, in milliseconds', readAmount, 1)
    .addOption(
      new Option('--mix <parts>', 'traffic: scenarios and their shares of the requests, as S1=0.7,S2=0.3')
        .argParser(readMix)
        .default(readMix('S1'), 'S1'),
    )
    .option('--calls <number>', 'calls for 1,000 requests, instead of simulating the mix', readAmount)
    .option('--seed <number>', 'of the simulation', readAmount, 1)
    .option('--json', 'prints JSON')
  for (const [name, text] of Object.entries(PRICE_TEXTS)) {
    const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    command.option(`--price-${flag} <dollars>`, text, readAmount, PRICES[name as keyof Prices])
  }
  command.action(runCost)
}

async function runCost(options: CostOptions): Promise<void> {
  const { requests, cpuMs, calls, json } = options
  const prices = readPrices(options)
  const ours = calls === undefined ? await simulateUsage(options) : usageOfCalls(calls)
  const usages: readonly (readonly [string, Usage])[] = [
    ['Sallyport', ours],
    ['call per request, in memory', usageOfNaive(false)],
    ['call per request, a row each', usageOfNaive(true)],
    ['KV read per request', USAGE_OF_KV],
  ]
  const costs = usages.map(([name, usage]) => [name, estimateCost(requests, cpuMs, usage, prices)] as const)
  if (json)
    return console.log(
      JSON.stringify({ requests, prices, usage: ours, costs: Object.fromEntries(costs) }, null, 2),
    )
  const { calls: perThousand, awake, rows } = ours
  console.log(renderCosts(requests, costs))
  console.log(
    `\nSallyport for 1,000 requests: ${perThousand.toFixed(2)} calls, ${rows.toFixed(2)} rows, ${awake.toFixed(2)} s of Durable Objects awake.`,
  )
}

function readPrices(options: CostOptions): Prices {
  const names = Object.keys(PRICES) as (keyof Prices)[]
  const read = (name: keyof Prices): number =>
    options[`price${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? PRICES[name]
  return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as Prices
}

/** What our limiter takes for 1,000 requests of a mix. */
async function simulateUsage({ mix, seed }: CostOptions): Promise<Usage> {
  const parts: { share: number; usage: Usage }[] = []
  for (const { scenario, share } of mix) {
    const traffic = createTraffic(scenario.shape, seed)
    const log = await simulate(scenario, traffic, findScheme('ours'), seed)
    const per = 1000 / traffic.count
    const usage = {
      calls: log.calls * per,
      awake: (log.awake / 1000) * per,
      rows: log.rows * per,
      kvReads: 0,
    }
    parts.push({ share, usage })
  }
  return mixUsage(parts)
}

function readAmount(text: string): number {
  const amount = Number(text)
  if (text.trim() !== '' && Number.isFinite(amount) && amount >= 0) return amount
  throw new InvalidArgumentError(`"${text}" is no amount; give a number from 0 on, as 1e9 or 0.15.`)
}

function readMix(text: string): Part[] {
  return text.split(',').map((part) => {
    const [id = '', share = '1'] = part.split('=')
    try {
      return { scenario: findScenario(id.trim()), share: readAmount(share) }
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
    }
  })
}
