/**
 * `sallyport bots summary`: what automated clients get, as a table.
 * @module
 */
import type { Command } from 'commander'
import { describeCrawlers } from '../../ingress/bots/crawlers/describe-crawlers.ts'
import { DONE, exitForUsage, PROBLEM } from '../exit-codes.ts'
import { type BotsOutput, CONSOLE, openBots } from './open-bots.ts'

export interface SummaryFlags {
  readonly policy: string
}

/** @returns the exit code. */
export async function executeSummary(flags: SummaryFlags, output: BotsOutput): Promise<number> {
  const opened = await openBots(flags.policy, 'summary', output)
  if (!opened) return PROBLEM
  const { crawlers, mode, labyrinth, verification } = opened.model
  const maze = labyrinth.mode === 'enforce' ? `at \`${labyrinth.path}\`` : 'off'
  output.out(`Mode: ${mode}. Who borrows a name: ${verification.spoofed}. Maze: ${maze}.\n`)
  output.out(describeCrawlers(crawlers, opened.agents).trimEnd())
  return DONE
}

const MORE = `
The output is Markdown. \`sallyport bots robots\` prints the same as robots.txt.

Exit codes:
  0  printed
  1  the policy has problems or no bots.yaml
  2  wrong usage`

/** Adds `summary` to the command `bots`. */
export function addBotsSummary(bots: Command): void {
  bots
    .command('summary')
    .description('what each class of automated clients gets, and agents with terms of their own')
    .option('--policy <folder>', 'the policy', 'rules')
    .addHelpText('after', MORE)
    .exitOverride(exitForUsage)
    .action(async (flags: SummaryFlags) => {
      process.exitCode = await executeSummary(flags, CONSOLE)
    })
}
