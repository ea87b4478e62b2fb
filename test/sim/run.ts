/**
 * The simulator: `npm run sim -- --help`. docs/limits-bound.md explains what it prints.
 * @module
 */
import { Command, InvalidArgumentError, Option } from 'commander'
import { addBoundCommand } from './bound-command.ts'
import { addCostCommand } from './cost-command.ts'
import { measure } from './measure.ts'
import { findScenario, SCENARIOS, type Scenario } from './scenarios.ts'
import { findScheme, SCHEMES } from './schemes/list.ts'
import { simulate } from './simulate.ts'
import { type Row, renderTable } from './table.ts'
import { createTraffic } from './traffic.ts'

const program = new Command('sim')
program
  .description('Simulates limits: points of presence, isolates, shards and a network, on a clock of its own.')
  .showHelpAfterError()

program
  .command('table', { isDefault: true })
  .description('compares schemes in scenarios, and prints a table')
  .addOption(
    new Option('--scenario <ids>', `of ${SCENARIOS.map(({ id }) => id).join(', ')}`)
      .argParser(readScenarios)
      .default(SCENARIOS, 'all'),
  )
  .addOption(
    new Option('--scheme <ids>', `of ${SCHEMES.map(({ id }) => id).join(', ')}`)
      .argParser(readSchemes)
      .default([findScheme('ours')], 'ours'),
  )
  .option('--seed <numbers>', 'one table row for each', readSeeds, [1])
  .option('--json', 'prints JSON')
  .action(runTable)

addCostCommand(program)
addBoundCommand(program)
await program.parseAsync()

interface TableOptions {
  readonly scenario: readonly Scenario[]
  readonly scheme: typeof SCHEMES
  readonly seed: readonly number[]
  readonly json?: boolean
}

async function runTable({ scenario, scheme, seed, json }: TableOptions): Promise<void> {
  const rows: Row[] = []
  for (const one of scenario) {
    for (const number of seed) {
      const traffic = createTraffic(one.shape, number)
      for (const tried of scheme) {
        const log = await simulate(one, traffic, tried, number)
        const { limit, period, mitigation } = one
        const figures = measure(traffic, log, { limit, period: period * 1000, mitigation: mitigation * 1000 })
        rows.push({ scenario: one.id, scheme: tried.id, seed: number, figures })
        process.stderr.write('.')
      }
    }
  }
  process.stderr.write('\n')
  if (json) return console.log(JSON.stringify(rows, null, 2))
  for (const { id, title } of scenario) console.log(`${id}: ${title}`)
  console.log(`\n${renderTable(rows)}`)
}

function readList<T>(text: string, find: (id: string) => T): T[] {
  try {
    return text.split(',').map((id) => find(id.trim()))
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
}

function readScenarios(text: string): Scenario[] {
  return readList(text, findScenario)
}

function readSchemes(text: string): typeof SCHEMES {
  return readList(text, findScheme)
}

function readSeeds(text: string): number[] {
  return readList(text, (part) => {
    const seed = Number(part)
    if (Number.isSafeInteger(seed) && seed >= 0) return seed
    throw new Error(`"${part}" is no seed; give whole numbers from 0 on, separated by commas.`)
  })
}
