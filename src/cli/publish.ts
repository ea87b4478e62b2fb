/**
 * `sallyport publish`: changes what the edge enforces, without a deploy.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage } from './exit-codes.ts'
import { executePublish } from './publish/execute-publish.ts'
import type { RawPublishFlags } from './publish/publish-flags.ts'
import { createCommandShell } from './publish/shell.ts'
import { addTargetOptions } from './publish/target.ts'

const MORE = `
Without --remote it is the edge of the npm start that runs from this folder.

Exit codes:
  0  published, and enforced where that was waited for; or what was asked for is so already
  1  the policy has problems, the store cannot be reached, or the edge did not take it
  2  wrong usage`

/** The command, ready for `program.addCommand`. It sets the process's exit code and does not exit early. */
export function publishCommand(): Command {
  const command = new Command('publish')
    .description('check rules/, sign it, and put it where the edge reads its policy')
    .option('--shadow', 'as candidate that is asked after the answer; disagreements are counted')
    .option('--percent <share>', 'as candidate for this share of clients; the same clients each time')
    .option('--promote', 'the candidate becomes active for all')
    .option('--rollback <serial>', 'what was active at that serial becomes active again')
    .option('--kill <stage>', 'switch a stage off: hygiene, access, rules, limits, dos or bots')
    .option('--unkill <stage>', 'switch it on again')
    .option('--policy <folder>', 'the policy (default: rules; with --percent the candidate there is)')
    .option('--message <text>', 'why, for the history')
    .option('--expires <time>', 'edges that start after that do not adopt it, as 12h or 7d')
    .option(
      '--replace',
      'publish although the pointer is signed by no accepted key or is too old; write everything',
    )
    .option('--dry-run', 'say what would change, write nothing')
    .option('--no-test', 'publish although nobody has run the tests of the policy')
    .option('--wait [url]', 'wait until this edge runs it (default for npm start)')
    .option('--no-wait', 'do not wait')
    .option('--timeout <seconds>', 'how long to wait', '60')
  return addTargetOptions(command)
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (flags: RawPublishFlags) => {
      process.exitCode = await executePublish(flags, await createCommandShell())
    })
}
