/**
 * `sallyport check`: whether a policy compiles, and what in it cannot be meant.
 * @module
 */
import { Command } from 'commander'
import { DEFAULT_BUDGET } from '../policy/analysis/policy-cost.ts'
import { executeCheck, type RawCheckFlags } from './check/execute-check.ts'
import { exitForUsage } from './exit-codes.ts'

const EXIT_CODES = `
Exit codes:
  0  nothing to mend
  1  the policy has errors, or cannot be read; with --strict also: it has warnings
  2  wrong usage`

export function checkCommand(): Command {
  return new Command('check')
    .description('check rules/: types, names, rules that never act, what they cost')
    .option('--policy <folder>', 'the policy', 'rules')
    .option('--cost', 'show what each rule costs')
    .option(
      '--rule-budget <units>',
      'what one rule may cost, in units of about 10 ns',
      `${DEFAULT_BUDGET.rule}`,
    )
    .option('--policy-budget <units>', 'what all rules may cost together', `${DEFAULT_BUDGET.policy}`)
    .option('--strict', 'exit with 1 for warnings, too')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
    .action(async (flags: RawCheckFlags) => {
      process.exitCode = await executeCheck(flags, {
        out: (text) => process.stdout.write(`${text}\n`),
        err: (text) => process.stderr.write(`${text}\n`),
      })
    })
}
