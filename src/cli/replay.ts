/**
 * `sallyport replay`: tries a policy on access logs before it is deployed.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { executeReplay, type ReplayShell } from './replay/execute-replay.ts'
import type { RawFlags } from './replay/replay-flags.ts'

const EXIT_CODES = `
Exit codes:
  0  done
  1  an input could not be read to its end, or no line of the inputs could be read
  2  wrong usage, or the policy has problems: nothing was replayed`

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('run access logs through a policy, offline, and show who would have been refused')
    .argument('<file...>', 'access logs, plain or gzip; - is standard input')
    .option('--policy <folder>', 'the policy to try', 'rules')
    .option('--format <format>', 'combined, logpush or decisions (default: told from the first lines)')
    .option('--host <name>', 'host of requests whose log has none (default: the first host of the routes)')
    .option('--scheme <scheme>', 'http or https, for logs that do not say', 'https')
    .option('--top <rows>', 'rows per table', '10')
    .option('--refused <file>', 'write each request that would be refused as a line of JSON')
    .option('--json', 'print one JSON object (docs/replay.md) instead of tables')
    .option('--no-progress', 'show no progress bar')
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
    .action(async (files: string[], flags: RawFlags) => {
      process.exitCode = await executeReplay(files, flags, createShell())
    })
}

function createShell(): ReplayShell {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock: () => performance.now(),
    randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  }
}
