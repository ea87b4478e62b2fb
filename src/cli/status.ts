/**
 * `sallyport status`: what is published, since when, by whom, and whether the edge runs it.
 * @module
 */
import { Command } from 'commander'
import { exitForUsage, PROBLEM } from './exit-codes.ts'
import { FINE, runCommand, withTarget } from './publish/run-command.ts'
import { type CommandShell, createCommandShell } from './publish/shell.ts'
import { addTargetOptions, type TargetFlags } from './publish/target.ts'
import { readStatus } from './status/read-status.ts'
import { renderStatus } from './status/render-status.ts'

export interface StatusFlags extends TargetFlags {
  readonly edge?: string
  readonly json?: boolean
}

const EXIT_CODES = `
Exit codes:
  0  the pointer is accepted, or nothing is published yet
  1  the pointer in the store is not accepted, or the store cannot be reached
  2  wrong usage`

/** Resolves to the exit code. */
export function executeStatus(flags: StatusFlags, shell: CommandShell): Promise<number> {
  return runCommand('status', shell, async () => {
    if (flags.edge !== undefined && !URL.canParse(flags.edge))
      return { ok: false, message: '--edge takes a URL, as https://www.example.com.', usage: true }
    return withTarget(flags, 'check', shell, async (opened) => {
      const report = await readStatus(opened, flags.edge)
      shell.out(flags.json ? JSON.stringify(report, null, 2) : renderStatus(report, shell.now()))
      return report.fault === null ? FINE : { ok: true, status: PROBLEM }
    })
  })
}

export function statusCommand(): Command {
  const command = new Command('status')
    .description('show what is published, its history, and what the edge runs')
    .option('--edge <url>', 'an edge to ask what it runs (default: the one of npm start)')
    .option('--json', 'print one JSON object')
  return addTargetOptions(command)
    .addHelpText('after', EXIT_CODES)
    .exitOverride(exitForUsage)
    .action(async (flags: StatusFlags) => {
      process.exitCode = await executeStatus(flags, await createCommandShell())
    })
}
