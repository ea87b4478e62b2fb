/**
 * `npm run sim -- bound`: how much can pass at most, and how much passes in the worst of random schedules.
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander'
import fc from 'fast-check'
import type { Accuracy } from '../../src/bundle/model.ts'
import { TUNING, type Tuning } from '../../src/ingress/limits/tuning.ts'
import { anyStorm } from './any-schedule.ts'
import { type BoundTerms, findAllowance, findBound, findSlack, thetaOf } from './bound.ts'
import { playSchedule } from './faulty-world.ts'
import type { Schedule } from './schedule.ts'
import type { WindowSum } from './share-ledger.ts'

interface BoundOptions {
  readonly limit: number
  readonly isolates: number
  readonly period: number
  /** As shipped for the mode, when absent. */
  readonly theta?: number
  readonly grace: number
  readonly mode: Accuracy
  readonly schedules: number
  readonly seed: number
}

export function addBoundCommand(program: Command): void {
  program
    .command('bound')
    .description('prints how much can pass at most, and how much passes in the worst of random schedules')
    .option('--limit <number>', 'requests in a period', readCount, 100)
    .option('--isolates <number>', 'isolates that see the key', readCount, 8)
    .option('--period <seconds>', 'length of a window', readCount, 60)
    .addOption(new Option('--mode <mode>').choices(['strict', 'balanced', 'relaxed']).default('balanced'))
    .option('--theta <share>', 'of the limit that passes unasked; by default that of the mode', readShare)
    .option('--grace <number>', 'requests that pass while an answer is on its way', readGrace, TUNING.grace)
    .option('--schedules <number>', 'random schedules to play', readCount, 300)
    .option('--seed <number>', 'of the schedules', readCount, 1)
    .action(runBound)
}

async function runBound(options: BoundOptions): Promise<void> {
  const { limit, isolates, grace, mode, schedules, seed } = options
  const theta = options.theta ?? thetaOf(mode)
  const terms: BoundTerms = { limit, isolates, mode, theta, grace }
  const isStrict = mode === 'strict'
  const storms = fc.sample(anyStorm({ ...options, theta }), { numRuns: schedules, seed })
  const guess = TUNING.unheardIsolates.colo
  // The storms are those of isolates that know how many they are.
  const unheardIsolates = { colo: isolates, region: isolates, global: isolates }
  const worst = await findWorst(storms, unheardIsolates)
  const rows: readonly (readonly [string, string])[] = [
    ['L, the limit', String(limit)],
    ['I, isolates that see the key', String(isolates)],
    ['a, allowance: floor(theta L / I)', isStrict ? '0' : String(findAllowance(terms))],
    ['b, grace', isStrict ? '0' : String(grace)],
    ['each isolate adds', String(findSlack(terms))],
    ['bound of a window', renderShare(findBound(terms), limit)],
    [`the same while isolates take there to be ${guess}`, renderShare(findBound(terms, guess), limit)],
    [`most that passed in ${schedules} schedules`, worst ? renderShare(worst.admitted, limit) : 'nothing'],
    ['bound of that window, by what isolates knew', worst ? renderShare(worst.bound, limit) : '-'],
  ]
  for (const [name, value] of rows) console.log(`${name.padEnd(46)}${value}`)
}

function renderShare(count: number, limit: number): string {
  return `${count} (${(count / limit).toFixed(2)} L)`
}

async function findWorst(
  storms: readonly Schedule[],
  unheardIsolates: Tuning['unheardIsolates'],
): Promise<WindowSum | undefined> {
  let worst: WindowSum | undefined
  for (const storm of storms) {
    for (const sum of await playSchedule(storm, { unheardIsolates })) {
      if (sum.admitted > sum.bound)
        throw new Error(`The bound does not hold: ${JSON.stringify({ sum, storm })}`)
      if (sum.admitted > (worst?.admitted ?? 0)) worst = sum
    }
  }
  return worst
}

/** What a schedule can be played with: each request of it is. */
const MOST = 100_000

function readCount(text: string): number {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count > 0 && count <= MOST) return count
  throw new InvalidArgumentError(`"${text}" is no count; give a whole number from 1 to ${MOST}.`)
}

function readGrace(text: string): number {
  const grace = Number(text)
  if (Number.isSafeInteger(grace) && grace >= 0 && grace <= 3) return grace
  throw new InvalidArgumentError(`"${text}" is no grace; give a whole number from 0 to 3.`)
}

function readShare(text: string): number {
  const share = Number(text)
  if (text.trim() !== '' && share >= 0 && share <= 1) return share
  throw new InvalidArgumentError(`"${text}" is no share; give a number from 0 to 1.`)
}
