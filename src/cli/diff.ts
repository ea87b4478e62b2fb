/**
 * `sallyport diff`: what publishing the folder would change, in the policy and for logged requests.
 * @module
 */
import { Command } from 'commander'
import type { RawDiffFlags } from './diff/diff-flags.ts'
import { executeDiff } from './diff/execute-diff.ts'
import { exitForUsage } from './exit-codes.ts'
import { createCommandShell } from './publish/shell.ts'
import { addTargetOptions } from './publish/target.ts'

const EXIT_CODES = `
Exit codes:
  0  compared
  1  the policy has problems, something cannot be read; with --exit-code also: there are differences
  2  wrong usage`

export function diffCommand(): Command {
  const command = new Command('diff')
    .description('show what publishing rules/ would change, also for the last logged requests')
    .option('--policy <folder>', 'the policy that would be published', 'rules')
    .option('--against <what>', 'active, candidate, a serial, or a compiled policy (*.bin)', 'active')
    .option('--log <file>', 'a log in a format of replay (default: the decisions of local runs)')
    .option('--last <count>', 'requests at the end of the log', '10000')
    .option('--exit-code', 'exit with 1 when anything differs')
    .option('--json', 'print one JSON object')
  return addTargetOptions(command)
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
    .action(async (flags: RawDiffFlags) => {
      process.exitCode = await executeDiff(flags, await createCommandShell())
    })
}
